---------------------------- MODULE MCBestEffort ----------------------------
(* The constants of BestEffort that a configuration cannot write down: scripts. *)

EXTENDS BestEffort, TLC

One   == 0 :> <<"a">> @@ 1 :> <<>> @@ 2 :> <<>>
Two   == 0 :> <<"a">> @@ 1 :> <<"b">> @@ 2 :> <<>>
Three == 0 :> <<"a", "c">> @@ 1 :> <<"b">> @@ 2 :> <<>>

=============================================================================
