------------------------------ MODULE TwoPhase ------------------------------
(* Two-phase commit: all parts of a transaction are committed, or all aborted. To commit takes the yes of every participant;
   who has voted yes is in doubt until it hears of the decision, and may have to wait for ever: if the coordinator crashes,
   until it is up again.

   Source: Kleppmann, Distributed Systems (Cambridge 2021/22), section 7.1; Rudder, Distributed Systems (BU CS351, 2025),
   section 2.6.2; Cambridge lecture slides on elections, commit and replication.

   Model: asynchronous; crash-recovery; messages can be lost, duplicated and reordered. Whoever waits may have waited too
   long at any time.

   Durable: at the coordinator that a transaction has begun, and its decision; at a participant its yes, and the decision; and
   what applications have asked for (which is the environment's memory rather than the algorithm's). Volatile: the votes and
   acknowledgements that have come, and whatever a participant knows before it votes.

   A message from a process to itself never travels: it is handled within the step that sends it. As msgs keeps every
   message for ever, to say again what one has said is no step; so there are neither questions of those in doubt nor
   repeated decisions. When an application has applied a decision, it may be forgotten; that is not here either. *)

EXTENDS Naturals, FiniteSets

CONSTANTS
  N,             \* how many processes there are: 0 .. N-1
  Coordinator,   \* Coordinator[t]: the process that is asked to commit transaction t, at most once, at any time
  Participants,  \* Participants[t]: those who have a vote, and say yes or no, or nothing, at most once, at any time
  MaxCrashes,    \* how many crashes there are at most, over all processes
  Durable,       \* what is saved: {"vote", "decision"}
  Presumed,      \* what a restarted coordinator makes of a transaction that it finds undecided: "abort"
  Impatient      \* what a participant may be that aborts when it has waited too long: {"ready", "asked"}

VARIABLES
  coord,    \* coord[t]: how far the coordinator of t has got
  votes,    \* votes[t]: whose yes the coordinator has received
  acked,    \* acked[t]: who has acknowledged the decision
  part,     \* part[t][p]: how far p has got as a participant of t; the coordinator is one from the decision on
  asked,    \* asked[t]: whether the coordinator's application has asked to commit t
  said,     \* said[t][p]: what the application of p has said: nothing, yes, no, or something that a crash swallowed
  up,       \* up[p]: whether p is up
  msgs,     \* every message ever sent: each may arrive late, again and again, or never
  crashes   \* how many crashes there have been

vars == <<coord, votes, acked, part, asked, said, up, msgs, crashes>>

Process     == 0 .. N-1
Transaction == DOMAIN Coordinator

\* The coordinator asks others: it has no vote here.
ASSUME \A t \in Transaction :
  /\ Coordinator[t] \in Process
  /\ Participants[t] \subseteq Process \ {Coordinator[t]}
  /\ Participants[t] # {}

Decision == {"commit", "abort"}

Init ==
  /\ coord   = [t \in Transaction |-> "none"]
  /\ votes   = [t \in Transaction |-> {}]
  /\ acked   = [t \in Transaction |-> {}]
  /\ part    = [t \in Transaction |-> [p \in Process |-> "none"]]
  /\ asked   = [t \in Transaction |-> FALSE]
  /\ said    = [t \in Transaction |-> [p \in Process |-> "nothing"]]
  /\ up      = [p \in Process |-> TRUE]
  /\ msgs    = {}
  /\ crashes = 0

-----------------------------------------------------------------------------
(* Messages *)

Prepare(t, p)         == [type |-> "prepare", about |-> t, to |-> p]
Vote(t, p, vote)      == [type |-> "vote", about |-> t, from |-> p, vote |-> vote]
Decided(t, p, d)      == [type |-> "decision", about |-> t, to |-> p, decision |-> d]
Acknowledgement(t, p) == [type |-> "acknowledgement", about |-> t, from |-> p]

-----------------------------------------------------------------------------
(* The coordinator *)

\* Its application asks: phase 1 begins.
Begin(t) ==
  /\ up[Coordinator[t]]
  /\ ~asked[t]
  /\ asked' = [asked EXCEPT ![t] = TRUE]
  /\ coord' = [coord EXCEPT ![t] = "voting"]
  /\ msgs'  = msgs \cup {Prepare(t, p) : p \in Participants[t]}
  /\ UNCHANGED <<votes, acked, part, said, up, crashes>>

\* Phase 2 begins: the transaction comes to d, also for the coordinator, and everyone is told.
Conclude(t, d) ==
  /\ coord' = [coord EXCEPT ![t] = d]
  /\ votes' = [votes EXCEPT ![t] = {}]
  /\ part'  = [part EXCEPT ![t][Coordinator[t]] = d]
  /\ msgs'  = msgs \cup {Decided(t, p, d) : p \in Participants[t]}
  /\ UNCHANGED <<acked, asked, said, up, crashes>>

\* A vote arrives in time. A no decides at once, a yes if it is the last.
Count(m) ==
  /\ m.type = "vote"
  /\ up[Coordinator[m.about]]
  /\ coord[m.about] = "voting"
  /\ LET all == votes[m.about] \cup {m.from}
     IN  CASE m.vote = "no"               -> Conclude(m.about, "abort")
           [] all = Participants[m.about] -> Conclude(m.about, "commit")
           [] OTHER -> /\ votes' = [votes EXCEPT ![m.about] = all]
                       /\ UNCHANGED <<coord, acked, part, asked, said, up, msgs, crashes>>

\* It has waited too long for votes.
TimeOut(t) ==
  /\ up[Coordinator[t]]
  /\ coord[t] = "voting"
  /\ Conclude(t, "abort")

\* An acknowledgement arrives. With the last one the coordinator is done.
Acknowledged(m) ==
  /\ m.type = "acknowledgement"
  /\ up[Coordinator[m.about]]
  /\ coord[m.about] \in Decision
  /\ LET all == acked[m.about] \cup {m.from}
     IN  IF all = Participants[m.about]
         THEN /\ coord' = [coord EXCEPT ![m.about] = "over"]
              /\ acked' = [acked EXCEPT ![m.about] = {}]
         ELSE /\ acked' = [acked EXCEPT ![m.about] = all]
              /\ UNCHANGED coord
  /\ UNCHANGED <<votes, part, asked, said, up, msgs, crashes>>

-----------------------------------------------------------------------------
(* A participant *)

\* It is in doubt from here on.
Promise(t, p) ==
  /\ part' = [part EXCEPT ![t][p] = "doubt"]
  /\ msgs' = msgs \cup {Vote(t, p, "yes")}

\* It aborts, and says so.
Refuse(t, p) ==
  /\ part' = [part EXCEPT ![t][p] = "abort"]
  /\ msgs' = msgs \cup {Vote(t, p, "no")}

\* Its application votes. A yes that nobody has asked for is kept, and can be taken back; what comes too late is ignored.
Say(t, p, vote) ==
  /\ up[p]
  /\ said[t][p] = "nothing"
  /\ said' = [said EXCEPT ![t][p] = vote]
  /\ CASE part[t][p] \in {"none", "asked"} /\ vote = "no" -> Refuse(t, p)
       [] part[t][p] = "asked" /\ vote = "yes" -> Promise(t, p)
       [] part[t][p] = "none" /\ vote = "yes" -> part' = [part EXCEPT ![t][p] = "ready"] /\ UNCHANGED msgs
       [] OTHER -> UNCHANGED <<part, msgs>>
  /\ UNCHANGED <<coord, votes, acked, asked, up, crashes>>

\* The coordinator's question arrives. Who has aborted says so (again).
Question(m) ==
  /\ m.type = "prepare"
  /\ up[m.to]
  /\ CASE part[m.about][m.to] = "none"  -> part' = [part EXCEPT ![m.about][m.to] = "asked"] /\ UNCHANGED msgs
       [] part[m.about][m.to] = "ready" -> Promise(m.about, m.to)
       [] part[m.about][m.to] = "abort" -> Refuse(m.about, m.to)
       [] OTHER -> FALSE
  /\ UNCHANGED <<coord, votes, acked, asked, said, up, crashes>>

\* It has waited too long: for the question, or for its application.
GiveUp(t, p) ==
  /\ up[p]
  /\ part[t][p] \in Impatient
  /\ Refuse(t, p)
  /\ UNCHANGED <<coord, votes, acked, asked, said, up, crashes>>

\* The decision arrives, perhaps at somebody who has not voted, or again.
Learn(m) ==
  /\ m.type = "decision"
  /\ up[m.to]
  /\ part' = [part EXCEPT ![m.about][m.to] = IF @ \in Decision THEN @ ELSE m.decision]
  /\ msgs' = msgs \cup {Acknowledgement(m.about, m.to)}
  /\ UNCHANGED <<coord, votes, acked, asked, said, up, crashes>>

-----------------------------------------------------------------------------
(* Crashes and recoveries *)

\* What p is after a crash, if this is what it was.
Remembered(was) ==
  CASE was \in {"ready", "asked"} -> "none"
    [] was = "doubt" /\ "vote" \notin Durable -> "none"
    [] was \in Decision /\ "decision" \notin Durable -> "none"
    [] OTHER -> was

Coordinated(was) == IF was \in Decision /\ "decision" \notin Durable THEN "voting" ELSE was

LoseVolatile(p) ==
  LET mine == {t \in Transaction : Coordinator[t] = p}
  IN  /\ up[p]
      /\ crashes < MaxCrashes
      /\ crashes' = crashes + 1
      /\ up'      = [up EXCEPT ![p] = FALSE]
      /\ votes'   = [t \in Transaction |-> IF t \in mine THEN {} ELSE votes[t]]
      /\ acked'   = [t \in Transaction |-> IF t \in mine THEN {} ELSE acked[t]]
      /\ coord'   = [t \in Transaction |-> IF t \in mine THEN Coordinated(coord[t]) ELSE coord[t]]
      /\ part'    = [t \in Transaction |-> [part[t] EXCEPT ![p] = Remembered(@)]]
      /\ UNCHANGED msgs

\* A crash in the middle of a step, once that is durable, is the step and then this.
Crash(p) == LoseVolatile(p) /\ UNCHANGED <<asked, said>>

\* p dies while it handles a request, before anything of the step is durable: the request is gone without effect. A message
\* that is lost in this way may come again, so that for messages this is the same as Crash.
CrashBeforeSave(p) ==
  /\ LoseVolatile(p)
  /\ \/ \E t \in Transaction :
          /\ Coordinator[t] = p
          /\ ~asked[t]
          /\ asked' = [asked EXCEPT ![t] = TRUE]
          /\ UNCHANGED said
     \/ \E t \in Transaction :
          /\ p \in Participants[t]
          /\ said[t][p] = "nothing"
          /\ said' = [said EXCEPT ![t][p] = "lost"]
          /\ UNCHANGED asked

\* A coordinator that comes back decides what it finds undecided.
Recover(p) ==
  LET found == {t \in Transaction : Coordinator[t] = p /\ coord[t] = "voting"}
  IN  /\ ~up[p]
      /\ up'    = [up EXCEPT ![p] = TRUE]
      /\ coord' = [t \in Transaction |-> IF t \in found THEN Presumed ELSE coord[t]]
      /\ part'  = [t \in Transaction |-> IF t \in found THEN [part[t] EXCEPT ![p] = Presumed] ELSE part[t]]
      /\ msgs'  = msgs \cup UNION {{Decided(t, q, Presumed) : q \in Participants[t]} : t \in found}
      /\ UNCHANGED <<votes, acked, asked, said, crashes>>

-----------------------------------------------------------------------------

\* Each action by a name without parameters, so that a tool can ask which of them allows a given step.
NextBegin           == \E t \in Transaction : Begin(t)
NextCount           == \E m \in msgs : Count(m)
NextTimeOut         == \E t \in Transaction : TimeOut(t)
NextAcknowledged    == \E m \in msgs : Acknowledged(m)
NextSay             == \E t \in Transaction : \E p \in Participants[t] : \E vote \in {"yes", "no"} : Say(t, p, vote)
NextQuestion        == \E m \in msgs : Question(m)
NextGiveUp          == \E t \in Transaction : \E p \in Participants[t] : GiveUp(t, p)
NextLearn           == \E m \in msgs : Learn(m)
NextCrash           == \E p \in Process : Crash(p)
NextCrashBeforeSave == \E p \in Process : CrashBeforeSave(p)
NextRecover         == \E p \in Process : Recover(p)

Next ==
  \/ NextBegin
  \/ NextCount
  \/ NextTimeOut
  \/ NextAcknowledged
  \/ NextSay
  \/ NextQuestion
  \/ NextGiveUp
  \/ NextLearn
  \/ NextCrash
  \/ NextCrashBeforeSave
  \/ NextRecover

Spec == Init /\ [][Next]_vars

\* The decision on t reaches p.
Hear(t, p) == \E m \in msgs : m.about = t /\ Learn(m) /\ m.to = p

\* Whoever is up has waited too long some day, and a decision that is repeated arrives. But nobody need recover.
FairSpec ==
  /\ Spec
  /\ \A t \in Transaction : WF_vars(TimeOut(t)) /\ \A p \in Participants[t] : WF_vars(Hear(t, p))

\* Everybody recovers some day.
RecoveringSpec == FairSpec /\ \A p \in Process : WF_vars(Recover(p))

-----------------------------------------------------------------------------
(* Types *)

Message ==
       [type : {"prepare"}, about : Transaction, to : Process]
  \cup [type : {"vote"}, about : Transaction, from : Process, vote : {"yes", "no"}]
  \cup [type : {"decision"}, about : Transaction, to : Process, decision : Decision]
  \cup [type : {"acknowledgement"}, about : Transaction, from : Process]

TypeOK ==
  /\ coord \in [Transaction -> {"none", "voting", "over"} \cup Decision]
  /\ \A t \in Transaction : votes[t] \subseteq Participants[t] /\ acked[t] \subseteq Participants[t]
  /\ part \in [Transaction -> [Process -> {"none", "ready", "asked", "doubt"} \cup Decision]]
  /\ asked \in [Transaction -> BOOLEAN]
  /\ said \in [Transaction -> [Process -> {"nothing", "yes", "no", "lost"}]]
  /\ up \in [Process -> BOOLEAN]
  /\ msgs \subseteq Message
  /\ crashes \in 0 .. MaxCrashes

-----------------------------------------------------------------------------
(* What is guaranteed *)

\* Every decision on t that anybody has made or told.
Decisions(t) ==
  ({coord[t]} \cup {part[t][p] : p \in Process} \cup {m.decision : m \in {m \in msgs : m.type = "decision" /\ m.about = t}})
    \cap Decision

Atomicity == \A t \in Transaction : Cardinality(Decisions(t)) <= 1

Validity ==
  \A t \in Transaction : "commit" \in Decisions(t) => \A p \in Participants[t] : said[t][p] = "yes"

\* Who has decided stays with it.
Stability ==
  [][\A t \in Transaction : \A p \in Process : part[t][p] \in Decision => part'[t][p] = part[t][p]]_vars

\* Why it holds: nothing is committed before everyone has promised to, durably; and who has promised does not abort.
PromisesAreKept ==
  \A t \in Transaction :
    "commit" \in Decisions(t) => \A p \in Participants[t] : part[t][p] \in {"doubt", "commit"}

\* What has begun is decided at everyone whom it concerns: not if the coordinator stays down.
Termination ==
  \A t \in Transaction : \A p \in Participants[t] \cup {Coordinator[t]} :
    coord[t] = "voting" ~> part[t][p] \in Decision

-----------------------------------------------------------------------------
(* What must be violated, or the above would hold for want of anything happening *)

NobodyCommits == \A t \in Transaction : "commit" \notin Decisions(t)

\* Nobody waits for somebody who is down.
NobodyIsBlocked ==
  \A t \in Transaction : \A p \in Participants[t] : ~(part[t][p] = "doubt" /\ ~up[Coordinator[t]])

\* What a coordinator has decided when it crashes, somebody else knows.
DecisionsAreKnown ==
  \A t \in Transaction :
    ~(~up[Coordinator[t]] /\ coord[t] = "commit" /\ \A p \in Participants[t] : part[t][p] = "doubt")

=============================================================================
