----------------------------- MODULE MCTwoPhase -----------------------------
(* The constants of TwoPhase that a configuration cannot write down: who has which part in which transaction. *)

EXTENDS TwoPhase, TLC

OneCoordinator   == "T" :> 0
OneParticipant   == "T" :> {1}
TwoParticipants  == "T" :> {1, 2}

\* Two transactions at the same time, in which processes have different roles.
TwoCoordinators  == "T" :> 0 @@ "U" :> 1
OneOfTheOthers   == "T" :> {1} @@ "U" :> {0}

=============================================================================
