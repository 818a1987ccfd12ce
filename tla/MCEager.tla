------------------------------ MODULE MCEager -------------------------------
(* The constants of Eager that a configuration cannot write down: scripts. *)

EXTENDS Eager, TLC

One   == 0 :> <<"a">> @@ 1 :> <<>> @@ 2 :> <<>>
Two   == 0 :> <<"a">> @@ 1 :> <<"b">> @@ 2 :> <<>>
Three == 0 :> <<"a", "c">> @@ 1 :> <<"b">> @@ 2 :> <<>>

=============================================================================
