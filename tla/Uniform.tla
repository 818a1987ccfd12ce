------------------------------ MODULE Uniform -------------------------------
(* Uniform reliable broadcast: whoever receives a message for the first time sends it on to all others, which acknowledges
   it, and whoever knows that a quorum has done so delivers it. One of the quorum does not crash, and what it has sent
   arrives everywhere: so what any process delivers, be it crashed since, all correct ones deliver.

   Source: Kleppmann, Distributed Systems (Cambridge 2021/22), section 4.3; lecture notes after Cachin, Guerraoui and
   Rodrigues (Bern 2020), section 7.6.

   Model: asynchronous; crash-stop, the correct processes are a quorum, and every quorum meets them; links are reliable as
   long as the sender lives: what a crashed process has sent may arrive or not.

   Nothing is durable, for nobody comes back: `acks` is volatile and gone with its process. `delivered` is what the
   application has seen: it stays known when the process has crashed, because uniform agreement speaks of it.

   A message from a process to itself never travels: it is handled within the step that sends it. *)

EXTENDS Naturals, Sequences, FiniteSets

CONSTANTS
  N,          \* how many processes there are: 0 .. N-1
  Quorums,    \* sets of processes: a message is delivered when all members of one of them have acknowledged it
  Script,     \* Script[p]: the sequence of payloads that process p is asked to broadcast, in order, at any time
  MaxCrashes  \* how many processes crash at most

VARIABLES
  msgs,       \* every message ever sent; `sender` has broadcast it as its number `seq`, `from` has sent this copy
  acks,       \* acks[p]: triples <<sender, seq, q>>: p waits with this message, and knows that q has sent it on
  delivered,  \* delivered[p]: what p has delivered, as pairs <<sender, payload>>
  asked,      \* asked[p]: how many requests p has taken from its script, which is the number of its next message
  crashed     \* the processes that have crashed

vars == <<msgs, acks, delivered, asked, crashed>>

Process == 0 .. N-1
Correct == Process \ crashed

\* That no quorum is a single process: then a broadcast delivers nothing by itself. Agreement needs more: that every quorum
\* meets the correct processes. That is no assumption, so that a configuration can show what happens without.
ASSUME Quorums \subseteq SUBSET Process /\ \A Q \in Quorums : Cardinality(Q) > 1

Init ==
  /\ msgs      = {}
  /\ acks      = [p \in Process |-> {}]
  /\ delivered = [p \in Process |-> {}]
  /\ asked     = [p \in Process |-> 0]
  /\ crashed   = {}

-----------------------------------------------------------------------------
(* The actions *)

SendToOthers(p, sender, seq, payload) ==
  msgs' = msgs \cup
    {[from |-> p, to |-> q, sender |-> sender, seq |-> seq, payload |-> payload] : q \in Process \ {p}}

\* Those of whom p knows that they have sent the message on. Nobody, when p does not wait with it.
Acknowledged(p, sender, seq) == {q \in Process : <<sender, seq, q>> \in acks[p]}

Die(p) ==
  /\ p \in Correct
  /\ Cardinality(crashed) < MaxCrashes
  /\ crashed' = crashed \cup {p}
  /\ acks'    = [acks EXCEPT ![p] = {}]
  /\ UNCHANGED delivered

\* Process p takes its next request, sends it to the others, and waits.
Broadcast(p) ==
  /\ p \in Correct
  /\ asked[p] < Len(Script[p])
  /\ asked' = [asked EXCEPT ![p] = @ + 1]
  /\ SendToOthers(p, p, asked[p], Script[p][asked[p] + 1])
  /\ acks'  = [acks EXCEPT ![p] = @ \cup {<<p, asked[p], p>>}]
  /\ UNCHANGED <<delivered, crashed>>

\* A copy of a message reaches q, which has not delivered it and sends it on if it is the first.
Relay(q, m) ==
  /\ q \in Correct
  /\ <<m.sender, m.payload>> \notin delivered[q]
  /\ m.from \notin Acknowledged(q, m.sender, m.seq)
  /\ IF Acknowledged(q, m.sender, m.seq) = {}
       THEN SendToOthers(q, m.sender, m.seq, m.payload)
       ELSE UNCHANGED msgs
  /\ UNCHANGED asked

\* The one who sent the copy has acknowledged the message, and so has q itself. If they complete a quorum, the wait is over.
Count(q, m) ==
  LET acknowledged == Acknowledged(q, m.sender, m.seq) \cup {m.from, q} IN
  IF \E Q \in Quorums : Q \subseteq acknowledged
    THEN /\ acks'      = [acks EXCEPT ![q] = {a \in @ : <<a[1], a[2]>> # <<m.sender, m.seq>>}]
         /\ delivered' = [delivered EXCEPT ![q] = @ \cup {<<m.sender, m.payload>>}]
    ELSE /\ acks'      = [acks EXCEPT ![q] = @ \cup {<<m.sender, m.seq, r>> : r \in acknowledged}]
         /\ UNCHANGED delivered

Receive(q, m) == Relay(q, m) /\ Count(q, m) /\ UNCHANGED crashed

\* The copy was sent on, and the application saw nothing of it.
ReceiveAndCrash(q, m) == Relay(q, m) /\ Die(q)

\* This is also how p dies in a broadcast before anything is sent: then the request counts as never made.
Crash(p) == Die(p) /\ UNCHANGED <<msgs, asked>>

\* Each action by a name without parameters, so that a tool can ask which of them allows a given step.
NextBroadcast       == \E p \in Process : Broadcast(p)
NextReceive         == \E m \in msgs : Receive(m.to, m)
NextCrash           == \E p \in Process : Crash(p)
NextReceiveAndCrash == \E m \in msgs : ReceiveAndCrash(m.to, m)

Next ==
  \/ NextBroadcast
  \/ NextReceive
  \/ NextCrash
  \/ NextReceiveAndCrash

Spec == Init /\ [][Next]_vars

\* Only messages of processes that live have to arrive. (Fairness towards Receive as a whole would count on all.)
ReceiveFromCorrect(q) == \E m \in msgs : m.to = q /\ m.from \in Correct /\ Receive(q, m)

FairSpec == Spec /\ \A q \in Process : WF_vars(ReceiveFromCorrect(q))

-----------------------------------------------------------------------------
(* Types *)

Requests == UNION {{<<p, i>> : i \in 1 .. Len(Script[p])} : p \in Process}
Payload  == {Script[r[1]][r[2]] : r \in Requests}
Id       == {<<r[1], r[2] - 1>> : r \in Requests}
Seq0     == {id[2] : id \in Id}

\* Nobody broadcasts the same payload twice. That nothing is delivered twice then needs no property: delivered[p] is a
\* set, and a process delivers only what it had not delivered.
ASSUME \A p \in Process : \A i, j \in 1 .. Len(Script[p]) : Script[p][i] = Script[p][j] => i = j

TypeOK ==
  /\ msgs \subseteq [from : Process, to : Process, sender : Process, seq : Seq0, payload : Payload]
  /\ \A m \in msgs : m.from # m.to
  /\ DOMAIN acks = Process
  /\ \A p \in Process : \A a \in acks[p] : <<a[1], a[2]>> \in Id /\ a[3] \in Process
  /\ DOMAIN delivered = Process /\ \A p \in Process : delivered[p] \subseteq Process \X Payload
  /\ DOMAIN asked = Process     /\ \A p \in Process : asked[p] \in 0 .. Len(Script[p])
  /\ crashed \subseteq Process  /\ Cardinality(crashed) <= MaxCrashes
  /\ \A p \in crashed : acks[p] = {}

-----------------------------------------------------------------------------
(* Safety *)

WasBroadcast(p, payload) == \E i \in 1 .. asked[p] : Script[p][i] = payload

NoCreation == \A q \in Process : \A d \in delivered[q] : WasBroadcast(d[1], d[2])

\* Who waits with a message has sent it on, and whoever it counts has sent it the message.
AcknowledgementsAreTrue ==
  \A p \in Process : \A a \in acks[p] :
    /\ <<a[1], a[2], p>> \in acks[p]
    /\ \E m \in msgs : m.from = a[3] /\ m.sender = a[1] /\ m.seq = a[2] /\ (a[3] = p \/ m.to = p)

\* What is delivered, all members of a quorum have sent on.
QuorumHasIt ==
  \A p \in Process : \A d \in delivered[p] : \E Q \in Quorums : \A q \in Q : \E m \in msgs :
    m.from = q /\ <<m.sender, m.payload>> = d

\* Everything has arrived that must arrive.
Settled ==
  \A m \in msgs : m.from \in Correct /\ m.to \in Correct =>
    \/ <<m.sender, m.payload>> \in delivered[m.to]
    \/ m.from \in Acknowledged(m.to, m.sender, m.seq)

Validity ==
  Settled => \A p, q \in Correct : \A i \in 1 .. asked[p] : <<p, Script[p][i]>> \in delivered[q]

\* What any process has delivered, be it crashed since, all correct ones have. So have all correct ones what one of them has.
UniformAgreement == Settled => \A p \in Process : \A q \in Correct : delivered[p] \subseteq delivered[q]

\* These must be violated, or the above would hold for want of anything happening.
NothingOutlivesItsSender == Settled => \A q \in Correct : \A d \in delivered[q] : d[1] \in Correct

OnlySendersWait == \A p \in Process : \A a \in acks[p] : a[1] = p

-----------------------------------------------------------------------------
(* The same as promises about what will happen *)

EventualDelivery ==
  \A p, q \in Process : \A i \in 1 .. Len(Script[p]) :
    (asked[p] >= i) ~> (<<p, Script[p][i]>> \in delivered[q] \/ p \in crashed \/ q \in crashed)

EventualUniformAgreement ==
  \A p, q, sender \in Process : \A i \in 1 .. Len(Script[sender]) :
    (<<sender, Script[sender][i]>> \in delivered[p]) ~> (<<sender, Script[sender][i]>> \in delivered[q] \/ q \in crashed)

=============================================================================
