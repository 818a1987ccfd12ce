------------------------------ MODULE MCRaft -------------------------------
(* The constants of Raft that a configuration cannot write down: scripts. *)

EXTENDS Raft, TLC

TwoSilent == 0 :> <<>> @@ 1 :> <<>>
OneOfTwo  == 0 :> <<"x">> @@ 1 :> <<>>

=============================================================================
