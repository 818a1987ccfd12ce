------------------------------- MODULE Eager --------------------------------
(* Eager reliable broadcast: whoever receives a message for the first time sends it on to all others and delivers it. So
   all correct processes deliver the same messages, whoever crashes. What a crashed process has delivered, the others
   need not deliver: its agreement is not uniform.

   Source: Kleppmann, Distributed Systems (Cambridge 2021/22), section 4.3; lecture notes after Cachin, Guerraoui and
   Rodrigues (Bern 2020), section 7.

   Model: asynchronous; crash-stop, any number of crashes; links are reliable as long as the sender lives: what a
   crashed process has sent may arrive or not.

   Nothing is durable, for nobody comes back: `seen` is volatile and gone with its process. `delivered` is what the
   application has seen: it stays known when the process has crashed, because uniform agreement speaks of it.

   A message from a process to itself never travels: it is handled within the step that sends it. *)

EXTENDS Naturals, Sequences, FiniteSets

CONSTANTS
  N,          \* how many processes there are: 0 .. N-1
  Script,     \* Script[p]: the sequence of payloads that process p is asked to broadcast, in order, at any time
  MaxCrashes  \* how many processes crash at most

VARIABLES
  msgs,       \* every message ever sent; `sender` has broadcast it as its number `seq`, `from` has sent this copy
  seen,       \* seen[p]: the messages that p has sent on, as pairs <<sender, seq>>
  delivered,  \* delivered[p]: what p has delivered, as pairs <<sender, payload>>
  asked,      \* asked[p]: how many requests p has taken from its script, which is the number of its next message
  crashed     \* the processes that have crashed

vars == <<msgs, seen, delivered, asked, crashed>>

Process == 0 .. N-1
Correct == Process \ crashed

Init ==
  /\ msgs      = {}
  /\ seen      = [p \in Process |-> {}]
  /\ delivered = [p \in Process |-> {}]
  /\ asked     = [p \in Process |-> 0]
  /\ crashed   = {}

-----------------------------------------------------------------------------
(* The actions. An action and its variant in which the process dies begin alike: the messages are out. What comes after
   distinguishes them: the process goes on and has delivered, or its application saw nothing of it. *)

SendToOthers(p, sender, seq, payload) ==
  msgs' = msgs \cup
    {[from |-> p, to |-> q, sender |-> sender, seq |-> seq, payload |-> payload] : q \in Process \ {p}}

GoOn(p, sender, seq, payload) ==
  /\ seen'      = [seen EXCEPT ![p] = @ \cup {<<sender, seq>>}]
  /\ delivered' = [delivered EXCEPT ![p] = @ \cup {<<sender, payload>>}]
  /\ UNCHANGED crashed

Die(p) ==
  /\ p \in Correct
  /\ Cardinality(crashed) < MaxCrashes
  /\ crashed' = crashed \cup {p}
  /\ seen'    = [seen EXCEPT ![p] = {}]
  /\ UNCHANGED delivered

\* Process p takes its next request.
SendNext(p) ==
  /\ p \in Correct
  /\ asked[p] < Len(Script[p])
  /\ asked' = [asked EXCEPT ![p] = @ + 1]
  /\ SendToOthers(p, p, asked[p], Script[p][asked[p] + 1])

Broadcast(p) == SendNext(p) /\ GoOn(p, p, asked[p], Script[p][asked[p] + 1])

BroadcastAndCrash(p) == SendNext(p) /\ Die(p)

\* Message m reaches q for the first time.
Relay(q, m) ==
  /\ q \in Correct
  /\ <<m.sender, m.seq>> \notin seen[q]
  /\ SendToOthers(q, m.sender, m.seq, m.payload)
  /\ UNCHANGED asked

Receive(q, m) == Relay(q, m) /\ GoOn(q, m.sender, m.seq, m.payload)

ReceiveAndCrash(q, m) == Relay(q, m) /\ Die(q)

\* This is also how p dies in a broadcast before anything is sent: then the request counts as never made.
Crash(p) == Die(p) /\ UNCHANGED <<msgs, asked>>

\* Each action by a name without parameters, so that a tool can ask which of them allows a given step.
NextBroadcast         == \E p \in Process : Broadcast(p)
NextReceive           == \E m \in msgs : Receive(m.to, m)
NextCrash             == \E p \in Process : Crash(p)
NextBroadcastAndCrash == \E p \in Process : BroadcastAndCrash(p)
NextReceiveAndCrash   == \E m \in msgs : ReceiveAndCrash(m.to, m)

Next ==
  \/ NextBroadcast
  \/ NextReceive
  \/ NextCrash
  \/ NextBroadcastAndCrash
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
\* set, and a process delivers only what it had not seen.
ASSUME \A p \in Process : \A i, j \in 1 .. Len(Script[p]) : Script[p][i] = Script[p][j] => i = j

TypeOK ==
  /\ msgs \subseteq [from : Process, to : Process, sender : Process, seq : Seq0, payload : Payload]
  /\ \A m \in msgs : m.from # m.to
  /\ DOMAIN seen = Process      /\ \A p \in Process : seen[p] \subseteq Id
  /\ DOMAIN delivered = Process /\ \A p \in Process : delivered[p] \subseteq Process \X Payload
  /\ DOMAIN asked = Process     /\ \A p \in Process : asked[p] \in 0 .. Len(Script[p])
  /\ crashed \subseteq Process  /\ Cardinality(crashed) <= MaxCrashes
  /\ \A p \in crashed : seen[p] = {}

-----------------------------------------------------------------------------
(* Safety *)

WasBroadcast(p, payload) == \E i \in 1 .. asked[p] : Script[p][i] = payload

NoCreation == \A q \in Process : \A d \in delivered[q] : WasBroadcast(d[1], d[2])

\* Everything has arrived that must arrive.
Settled == \A m \in msgs : m.from \in Correct /\ m.to \in Correct => <<m.sender, m.payload>> \in delivered[m.to]

Validity ==
  Settled => \A p, q \in Correct : \A i \in 1 .. asked[p] : <<p, Script[p][i]>> \in delivered[q]

\* What one correct process has delivered, all have.
Agreement == Settled => \A p, q \in Correct : delivered[p] \subseteq delivered[q]

\* What any process has delivered, be it crashed since, all correct ones have.
UniformAgreement == Settled => \A p \in Process : \A q \in Correct : delivered[p] \subseteq delivered[q]

\* Must be violated, or the above would hold for want of anything happening.
NothingOutlivesItsSender == Settled => \A q \in Correct : \A d \in delivered[q] : d[1] \in Correct

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
