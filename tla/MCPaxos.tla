------------------------------ MODULE MCPaxos ------------------------------
(* The constants of Paxos that a configuration cannot write down: scripts. *)

EXTENDS Paxos, TLC

OneProcess   == 0 :> <<"x", "y">>
TwoOfThree   == 0 :> <<"x">> @@ 1 :> <<"y">> @@ 2 :> <<>>
TwiceAndOnce == 0 :> <<"x", "z">> @@ 1 :> <<"y">> @@ 2 :> <<>>

\* In the grid with the rows {0, 1} and {2, 3}: one proposer in each row and in each column.
TwoOfFour == 0 :> <<"x">> @@ 1 :> <<>> @@ 2 :> <<>> @@ 3 :> <<"y">>

=============================================================================
