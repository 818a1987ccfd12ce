----------------------------- MODULE MCUniform ------------------------------
(* The constants of Uniform that a configuration cannot write down: scripts, and quorums by their size. *)

EXTENDS Uniform, TLC

One   == 0 :> <<"a">> @@ 1 :> <<>> @@ 2 :> <<>>
Two   == 0 :> <<"a">> @@ 1 :> <<"b">> @@ 2 :> <<>>
Three == 0 :> <<"a", "c">> @@ 1 :> <<"b">> @@ 2 :> <<>>

OneOfFour == 0 :> <<"a">> @@ 1 :> <<>> @@ 2 :> <<>> @@ 3 :> <<>>

Majorities == {Q \in SUBSET Process : 2 * Cardinality(Q) > N}

=============================================================================
