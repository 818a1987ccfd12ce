----------------------------- MODULE BestEffort -----------------------------
(* Best-effort broadcast: what a process broadcasts, it sends to each other process. While the sender lives, everybody
   delivers it; if it crashes, some may deliver it and others not.

   Source: Kleppmann, Distributed Systems (Cambridge 2021/22), section 4.3; lecture notes after Cachin, Guerraoui and
   Rodrigues (Bern 2020), section 7.

   Model: asynchronous; crash-stop; links are reliable as long as the sender lives: what a crashed process has sent may
   arrive or not.

   Nothing is durable, for nobody comes back. `delivered` is what the application has seen: it stays known when the
   process has crashed, because uniform agreement speaks of it.

   A message from a process to itself never travels: it is handled within the step that sends it. *)

EXTENDS Naturals, Sequences, FiniteSets

CONSTANTS
  N,          \* how many processes there are: 0 .. N-1
  Script,     \* Script[p]: the sequence of payloads that process p is asked to broadcast, in order, at any time
  MaxCrashes  \* how many processes crash at most

VARIABLES
  msgs,       \* every message ever sent
  delivered,  \* delivered[p]: what p has delivered, as pairs <<sender, payload>>
  asked,      \* asked[p]: how many requests p has taken from its script
  crashed     \* the processes that have crashed

vars == <<msgs, delivered, asked, crashed>>

Process == 0 .. N-1
Correct == Process \ crashed

Init ==
  /\ msgs      = {}
  /\ delivered = [p \in Process |-> {}]
  /\ asked     = [p \in Process |-> 0]
  /\ crashed   = {}

-----------------------------------------------------------------------------
(* The actions *)

\* Process p takes its next request, and its messages are out.
SendNext(p) ==
  /\ p \in Correct
  /\ asked[p] < Len(Script[p])
  /\ asked' = [asked EXCEPT ![p] = @ + 1]
  /\ msgs'  = msgs \cup {[from |-> p, to |-> q, payload |-> Script[p][asked[p] + 1]] : q \in Process \ {p}}

Broadcast(p) ==
  /\ SendNext(p)
  /\ delivered' = [delivered EXCEPT ![p] = @ \cup {<<p, Script[p][asked[p] + 1]>>}]
  /\ UNCHANGED crashed

\* The link delivers a message once, so that what has been delivered is not delivered again.
Deliver(q, m) ==
  /\ q \in Correct
  /\ <<m.from, m.payload>> \notin delivered[q]
  /\ delivered' = [delivered EXCEPT ![q] = @ \cup {<<m.from, m.payload>>}]
  /\ UNCHANGED <<msgs, asked, crashed>>

Die(p) ==
  /\ p \in Correct
  /\ Cardinality(crashed) < MaxCrashes
  /\ crashed' = crashed \cup {p}

\* This is also how p dies in the middle of a delivery, which sends nothing, and in a broadcast before anything is sent:
\* then the request counts as never made.
Crash(p) == Die(p) /\ UNCHANGED <<msgs, delivered, asked>>

\* p dies in the middle of a broadcast: its messages are out, but its application has not seen the delivery.
BroadcastAndCrash(p) == SendNext(p) /\ Die(p) /\ UNCHANGED delivered

\* Each action by a name without parameters, so that a tool can ask which of them allows a given step.
NextBroadcast         == \E p \in Process : Broadcast(p)
NextDeliver           == \E m \in msgs : Deliver(m.to, m)
NextCrash             == \E p \in Process : Crash(p)
NextBroadcastAndCrash == \E p \in Process : BroadcastAndCrash(p)

Next ==
  \/ NextBroadcast
  \/ NextDeliver
  \/ NextCrash
  \/ NextBroadcastAndCrash

Spec == Init /\ [][Next]_vars

\* Only messages of senders that live have to arrive. (Fairness towards Deliver as a whole would count on all.)
DeliverFromCorrect(q) == \E m \in msgs : m.to = q /\ m.from \in Correct /\ Deliver(q, m)

FairSpec == Spec /\ \A q \in Process : WF_vars(DeliverFromCorrect(q))

-----------------------------------------------------------------------------
(* Types *)

Payload == UNION {{Script[p][i] : i \in 1 .. Len(Script[p])} : p \in Process}

\* Nobody broadcasts the same payload twice. That nothing is delivered twice then needs no property: delivered[p] is a
\* set, and an action that delivers adds what was not in it.
ASSUME \A p \in Process : \A i, j \in 1 .. Len(Script[p]) : Script[p][i] = Script[p][j] => i = j

TypeOK ==
  /\ msgs \subseteq [from : Process, to : Process, payload : Payload]
  /\ \A m \in msgs : m.from # m.to
  /\ DOMAIN delivered = Process /\ \A p \in Process : delivered[p] \subseteq Process \X Payload
  /\ DOMAIN asked = Process     /\ \A p \in Process : asked[p] \in 0 .. Len(Script[p])
  /\ crashed \subseteq Process  /\ Cardinality(crashed) <= MaxCrashes

-----------------------------------------------------------------------------
(* Safety *)

WasBroadcast(p, payload) == \E i \in 1 .. asked[p] : Script[p][i] = payload

NoCreation == \A q \in Process : \A d \in delivered[q] : WasBroadcast(d[1], d[2])

\* Everything has arrived that must arrive.
Settled == \A m \in msgs : m.from \in Correct /\ m.to \in Correct => <<m.from, m.payload>> \in delivered[m.to]

Validity ==
  Settled => \A p, q \in Correct : \A i \in 1 .. asked[p] : <<p, Script[p][i]>> \in delivered[q]

\* What one correct process has delivered, all have.
Agreement == Settled => \A p, q \in Correct : delivered[p] \subseteq delivered[q]

\* What any process has delivered, be it crashed since, all correct ones have.
UniformAgreement == Settled => \A p \in Process : \A q \in Correct : delivered[p] \subseteq delivered[q]

\* Must be violated, or the above would hold for want of anything happening.
NobodyDelivers == \A q \in Process : \A d \in delivered[q] : d[1] = q

-----------------------------------------------------------------------------
(* The same as promises about what will happen *)

EventualDelivery ==
  \A p, q \in Process : \A i \in 1 .. Len(Script[p]) :
    (asked[p] >= i) ~> (<<p, Script[p][i]>> \in delivered[q] \/ p \in crashed \/ q \in crashed)

EventualAgreement ==
  \A p, q, sender \in Process : \A i \in 1 .. Len(Script[sender]) :
    (<<sender, Script[sender][i]>> \in delivered[p])
      ~> (<<sender, Script[sender][i]>> \in delivered[q] \/ p \in crashed \/ q \in crashed)

=============================================================================
