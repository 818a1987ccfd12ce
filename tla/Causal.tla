------------------------------- MODULE Causal -------------------------------
(* Causal order over eager reliable broadcast. A message carries a clock: how many messages of each process its sender had
   delivered, and how many it had broadcast itself. Who receives it sends it on, and delivers it when as many messages of
   each process have been delivered. So whoever delivers a message has delivered all that happened before it.

   Source: Kleppmann, Distributed Systems (Cambridge 2021/22), section 4.3, slide 85; lecture notes after Cachin, Guerraoui
   and Rodrigues (Bern 2020), sections 7.7 and 8.2.

   Model: asynchronous; crash-stop, any number of crashes; links are reliable as long as the sender lives: what a
   crashed process has sent may arrive or not.

   Nothing is durable, for nobody comes back: `received` is volatile and gone with its process. `delivered` is what the
   application has seen: it stays known when the process has crashed. `before` is known to nobody: the properties speak of
   it.

   A message from a process to itself never travels: it is handled within the step that sends it. *)

EXTENDS Naturals, Sequences, FiniteSets

CONSTANTS
  N,           \* how many processes there are: 0 .. N-1
  Script,      \* Script[p]: the sequence of payloads that process p is asked to broadcast, in order, at any time
  MaxCrashes,  \* how many processes crash at most
  Order        \* what a message waits for: "causal" for all that happened before it, "FIFO" for the earlier ones of
               \* its sender, "none" for nothing

VARIABLES
  msgs,       \* every message ever sent; `sender` has broadcast it with the clock `deps`, `from` has sent this copy
  received,   \* received[p]: what p has received and sent on, delivered or not, as records of sender, deps and payload
  delivered,  \* delivered[p]: what the application of p has seen delivered, as pairs <<sender, payload>>
  asked,      \* asked[p]: how many requests p has taken from its script, which is the number of its next message
  crashed,    \* the processes that have crashed
  before      \* the pairs of messages, as pairs <<sender, payload>>, of which the first happened before the second

vars == <<msgs, received, delivered, asked, crashed, before>>

Process == 0 .. N-1
Correct == Process \ crashed

Init ==
  /\ msgs      = {}
  /\ received  = [p \in Process |-> {}]
  /\ delivered = [p \in Process |-> {}]
  /\ asked     = [p \in Process |-> 0]
  /\ crashed   = {}
  /\ before    = {}

-----------------------------------------------------------------------------
(* Clocks *)

\* How many messages of each process p has delivered; of its own, how many it has broadcast.
Clock(p) ==
  [s \in Process |-> IF s = p THEN asked[p] ELSE Cardinality({d \in delivered[p] : d[1] = s})]

\* Whose messages m waits for.
Awaited(m) == IF Order = "causal" THEN Process ELSE IF Order = "FIFO" THEN {m.sender} ELSE {}

\* What can be delivered by whom has received `messages`: that of which everything it waits for is there. What that waits
\* for in turn need not be asked, for m waits for it too. So the source's loop, which delivers one message after the other,
\* ends with these.
Ready(messages) ==
  {m \in messages : \A s \in Awaited(m) : \A k \in 0 .. m.deps[s] - 1 :
    \E other \in messages : other.sender = s /\ other.deps[s] = k}

Name(m) == <<m.sender, m.payload>>

Names(messages) == {Name(m) : m \in messages}

-----------------------------------------------------------------------------
(* The actions. An action and its variant in which the process dies begin alike: the messages are out. What comes after
   distinguishes them: the process goes on and delivers all that is ready, or its application saw only some of that. *)

SendToOthers(p, m) ==
  msgs' = msgs \cup
    {[from |-> p, to |-> q, sender |-> m.sender, deps |-> m.deps, payload |-> m.payload] : q \in Process \ {p}}

GoOn(p, m) ==
  /\ received'  = [received EXCEPT ![p] = @ \cup {m}]
  /\ delivered' = [delivered EXCEPT ![p] = Names(Ready(received[p] \cup {m}))]
  /\ UNCHANGED crashed

Die(p) ==
  /\ p \in Correct
  /\ Cardinality(crashed) < MaxCrashes
  /\ crashed'  = crashed \cup {p}
  /\ received' = [received EXCEPT ![p] = {}]

Own(p) == [sender |-> p, deps |-> Clock(p), payload |-> Script[p][asked[p] + 1]]

\* Process p takes its next request. What it has broadcast or delivered so far happened before that.
SendNext(p) ==
  /\ p \in Correct
  /\ asked[p] < Len(Script[p])
  /\ asked' = [asked EXCEPT ![p] = @ + 1]
  /\ SendToOthers(p, Own(p))
  /\ before' = before \cup
       {<<earlier, Name(Own(p))>> : earlier \in delivered[p] \cup {<<p, Script[p][i]>> : i \in 1 .. asked[p]}}

Broadcast(p) == SendNext(p) /\ GoOn(p, Own(p))

BroadcastAndCrash(p) == SendNext(p) /\ Die(p) /\ UNCHANGED delivered

Content(m) == [sender |-> m.sender, deps |-> m.deps, payload |-> m.payload]

\* Message m reaches q for the first time.
Relay(q, m) ==
  /\ q \in Correct
  /\ Content(m) \notin received[q]
  /\ SendToOthers(q, Content(m))
  /\ UNCHANGED <<asked, before>>

Receive(q, m) == Relay(q, m) /\ GoOn(q, Content(m))

\* Of what becomes ready, the application has seen some, in order, but not all.
ReceiveAndCrash(q, m) ==
  /\ Relay(q, m)
  /\ Die(q)
  /\ LET ready == Ready(received[q] \cup {Content(m)})
     IN \E seen \in SUBSET ready :
          /\ Ready(seen) = seen
          /\ delivered[q] \subseteq Names(seen)
          /\ seen # ready
          /\ delivered' = [delivered EXCEPT ![q] = Names(seen)]

\* This is also how p dies in a broadcast before anything is sent: then the request counts as never made.
Crash(p) == Die(p) /\ UNCHANGED <<msgs, delivered, asked, before>>

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

Requests  == UNION {{<<p, i>> : i \in 1 .. Len(Script[p])} : p \in Process}
Payload   == {Script[r[1]][r[2]] : r \in Requests}
Named     == {<<r[1], Script[r[1]][r[2]]>> : r \in Requests}
Contents  == [sender : Process, deps : [Process -> 0 .. Cardinality(Requests)], payload : Payload]

\* Nobody broadcasts the same payload twice. That nothing is delivered twice then needs no property: delivered[p] is a
\* set, and a process delivers only what it had not delivered.
ASSUME \A p \in Process : \A i, j \in 1 .. Len(Script[p]) : Script[p][i] = Script[p][j] => i = j

ASSUME Order \in {"causal", "FIFO", "none"}

TypeOK ==
  /\ \A m \in msgs : m.from \in Process /\ m.to \in Process \ {m.from} /\ Content(m) \in Contents
  /\ DOMAIN received = Process  /\ \A p \in Process : received[p] \subseteq {Content(m) : m \in msgs}
  /\ DOMAIN delivered = Process /\ \A p \in Process : delivered[p] \subseteq Named
  /\ DOMAIN asked = Process     /\ \A p \in Process : asked[p] \in 0 .. Len(Script[p])
  /\ crashed \subseteq Process  /\ Cardinality(crashed) <= MaxCrashes
  /\ \A p \in crashed : received[p] = {}
  /\ \A p \in Correct : delivered[p] = Names(Ready(received[p]))
  /\ before \subseteq Named \X Named

-----------------------------------------------------------------------------
(* Safety *)

\* Who delivers a message has delivered all that happened before it.
CausalOrder == \A p \in Process : \A pair \in before : pair[2] \in delivered[p] => pair[1] \in delivered[p]

\* Who delivers a message has delivered the earlier ones of its sender.
FifoOrder ==
  \A p, s \in Process : \A j \in 1 .. asked[s] : \A i \in 1 .. j - 1 :
    <<s, Script[s][j]>> \in delivered[p] => <<s, Script[s][i]>> \in delivered[p]

\* The clocks are a short way to write down what happened before a message: of each process its first messages.
ClocksTellAll ==
  \A m \in msgs :
    {pair[1] : pair \in {pair \in before : pair[2] = Name(m)}}
      = UNION {{<<s, Script[s][k]>> : k \in 1 .. m.deps[s]} : s \in Process}

\* What has been delivered and what waits is told apart as the source does, by comparing clocks.
ComparedAsClocks ==
  \A p \in Correct : \A m \in received[p] :
    (Name(m) \in delivered[p]) <=> \A s \in Process : m.deps[s] <= Cardinality({d \in delivered[p] : d[1] = s})

WasBroadcast(p, payload) == \E i \in 1 .. asked[p] : Script[p][i] = payload

NoCreation == \A q \in Process : \A d \in delivered[q] : WasBroadcast(d[1], d[2])

\* Everything has arrived that must arrive.
Settled == \A m \in msgs : m.from \in Correct /\ m.to \in Correct => Content(m) \in received[m.to]

\* Nothing waits in vain.
Validity ==
  Settled => \A p, q \in Correct : \A i \in 1 .. asked[p] : <<p, Script[p][i]>> \in delivered[q]

\* What one correct process has delivered, all have.
Agreement == Settled => \A p, q \in Correct : delivered[p] \subseteq delivered[q]

\* What any process has delivered, be it crashed since, all correct ones have: eager broadcast does not promise it.
UniformAgreement == Settled => \A p \in Process : \A q \in Correct : delivered[p] \subseteq delivered[q]

\* Must be violated, or the above would hold for want of anything happening.
NothingWaits   == \A p \in Process : Names(received[p]) \subseteq delivered[p]
NothingFollows == \A pair \in before : pair[1][1] = pair[2][1]

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
