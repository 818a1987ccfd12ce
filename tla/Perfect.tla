------------------------------ MODULE Perfect -------------------------------
(* Perfect links over fair-loss links: what is sent is sent again until it is acknowledged, and what arrives again is
   dropped. What a correct process sends to a correct process is delivered, once in each incarnation of its receiver at
   most; and a window bounds what is on the way and what is remembered.

   Source: Kleppmann, Distributed Systems (Cambridge 2021/22), section 2.3; lecture notes after Cachin, Guerraoui and
   Rodrigues (Bern 2020), section 2.3. They remember every message for ever, and say nothing of recovery: incarnations,
   the window and the base are an addition.

   Model: asynchronous; crash-recovery; messages can be lost, duplicated and reordered, but of a message that is sent
   again and again some copy arrives.

   Durable at each process: which incarnation it is, and how many requests it has taken (which is the environment's
   memory rather than the algorithm's). Volatile: all else. `delivered` is what the application has seen since its
   process last started.

   When a timer runs is left open: what was not acknowledged may be sent again at any time. What a process sends to
   itself needs no link, and there is none. *)

EXTENDS Naturals, Sequences, FiniteSets

CONSTANTS
  N,           \* how many processes there are: 0 .. N-1
  Script,      \* Script[p]: what process p is asked to send, in order, at any time: pairs <<receiver, payload>>
  Window,      \* how many messages are on the way from one process to another at most
  Durable,     \* the processes whose storage survives a crash
  MaxCrashes   \* how many crashes there are at most, over all processes

VARIABLES
  incarnation,  \* incarnation[p]: how often p has recovered
  next,         \* next[p][q]: the number of the next message from p to q
  unacked,      \* unacked[p][q]: what p has sent to q and was not acknowledged, as pairs <<number, payload>>
  heard,        \* heard[q][p]: the latest incarnation of p that q has heard of, and the numbers received of it
  delivered,    \* delivered[q]: what q has delivered, as pairs <<sender, payload>>
  msgs,         \* every message ever sent: each may arrive late, again and again, or never
  asked,        \* asked[p]: how many requests p has taken from its script
  down,         \* the processes that have crashed and not recovered
  crashes       \* how many crashes there have been

vars == <<incarnation, next, unacked, heard, delivered, msgs, asked, down, crashes>>

Process == 0 .. N-1

\* That all storage survives is no assumption, so that a configuration can show what happens without.
ASSUME Window > 0 /\ Durable \subseteq Process
ASSUME \A p \in Process : \A i \in 1 .. Len(Script[p]) : Script[p][i][1] \in Process \ {p}

NothingHeard == [incarnation |-> 0, received |-> {}]

Init ==
  /\ incarnation = [p \in Process |-> 0]
  /\ next        = [p \in Process |-> [q \in Process |-> 0]]
  /\ unacked     = [p \in Process |-> [q \in Process |-> {}]]
  /\ heard       = [q \in Process |-> [p \in Process |-> NothingHeard]]
  /\ delivered   = [q \in Process |-> {}]
  /\ msgs        = {}
  /\ asked       = [p \in Process |-> 0]
  /\ down        = {}
  /\ crashes     = 0

-----------------------------------------------------------------------------
(* The window of a link, of whose messages U are not acknowledged, and of which the next has the number n *)

Numbers(U) == {u[1] : u \in U}

\* Everything with a smaller number has been acknowledged.
Base(U, n) == IF U = {} THEN n ELSE CHOOSE s \in Numbers(U) : \A t \in Numbers(U) : s <= t

\* No message with this number or a larger one has been sent.
End(U, n) == IF Base(U, n) + Window < n THEN Base(U, n) + Window ELSE n

\* Those of the messages that have these numbers, as p sends them to q.
Frames(p, q, U, n, numbers) ==
  {[type |-> "data", from |-> p, to |-> q, incarnation |-> incarnation[p], base |-> Base(U, n), seq |-> u[1],
    payload |-> u[2]] : u \in {v \in U : v[1] \in numbers}}

\* The link from p to q becomes this, and what is new within its window is sent.
Change(p, q, U, n) ==
  /\ unacked' = [unacked EXCEPT ![p][q] = U]
  /\ next'    = [next EXCEPT ![p][q] = n]
  /\ msgs'    = msgs \cup Frames(p, q, U, n, End(unacked[p][q], next[p][q]) .. End(U, n) - 1)

\* The smallest number that is not among those received.
Gap(received) == CHOOSE n \in 0 .. Cardinality(received) : n \notin received /\ \A k \in 0 .. n - 1 : k \in received

-----------------------------------------------------------------------------
(* The actions *)

\* Process p takes its next request.
Send(p) ==
  /\ p \notin down
  /\ asked[p] < Len(Script[p])
  /\ asked' = [asked EXCEPT ![p] = @ + 1]
  /\ LET request == Script[p][asked[p] + 1]
         q       == request[1]
     IN  Change(p, q, unacked[p][q] \cup {<<next[p][q], request[2]>>}, next[p][q] + 1)
  /\ UNCHANGED <<incarnation, heard, delivered, down, crashes>>

\* What is on the way from p, and was not acknowledged, is sent again: with the base of today.
SendAgain(p) ==
  /\ p \notin down
  /\ msgs' = msgs \cup UNION {
       Frames(p, q, unacked[p][q], next[p][q], 0 .. End(unacked[p][q], next[p][q]) - 1) : q \in Process}
  /\ UNCHANGED <<incarnation, next, unacked, heard, delivered, asked, down, crashes>>

\* Message m arrives at q, and is acknowledged. It is delivered if it is new. What its sender knows to be acknowledged
\* counts as received, and a new incarnation of the sender begins anew. (A message that does not fit into the receiver's
\* window cannot arrive, because all have the same window: see FitsIntoWindow.)
Receive(q, m) ==
  /\ m.type = "data"
  /\ q \notin down
  /\ m.incarnation >= heard[q][m.from].incarnation
  /\ LET known    == IF m.incarnation = heard[q][m.from].incarnation THEN heard[q][m.from].received ELSE {}
         received == known \cup 0 .. m.base - 1
         news     == IF m.seq \in received THEN {} ELSE {<<m.from, m.payload>>}
     IN  /\ heard' = [heard EXCEPT ![q][m.from] =
                        [incarnation |-> m.incarnation, received |-> received \cup {m.seq}]]
         /\ delivered' = [delivered EXCEPT ![q] = @ \cup news]
  /\ msgs' = msgs \cup
       {[type |-> "acknowledgement", from |-> q, to |-> m.from, incarnation |-> m.incarnation, seq |-> m.seq]}
  /\ UNCHANGED <<incarnation, next, unacked, asked, down, crashes>>

\* An acknowledgement for the present incarnation of p arrives.
Acknowledge(p, m) ==
  /\ m.type = "acknowledgement"
  /\ p \notin down
  /\ m.incarnation = incarnation[p]
  /\ Change(p, m.from, {u \in unacked[p][m.from] : u[1] # m.seq}, next[p][m.from])
  /\ UNCHANGED <<incarnation, heard, delivered, asked, down, crashes>>

\* The volatile part of p is gone. What p has sent is in msgs and may be lost as any message may.
LoseVolatile(p) ==
  /\ p \notin down
  /\ crashes < MaxCrashes
  /\ crashes'   = crashes + 1
  /\ down'      = down \cup {p}
  /\ next'      = [next EXCEPT ![p] = [q \in Process |-> 0]]
  /\ unacked'   = [unacked EXCEPT ![p] = [q \in Process |-> {}]]
  /\ heard'     = [heard EXCEPT ![p] = [q \in Process |-> NothingHeard]]
  /\ delivered' = [delivered EXCEPT ![p] = {}]
  /\ UNCHANGED <<incarnation, msgs>>

\* A crash in the middle of a step, once that is durable, is the step and then this.
Crash(p) == LoseVolatile(p) /\ UNCHANGED asked

\* p dies while it handles a request, before anything of the step is durable: the request is gone without effect.
CrashBeforeSave(p) ==
  /\ asked[p] < Len(Script[p])
  /\ asked' = [asked EXCEPT ![p] = @ + 1]
  /\ LoseVolatile(p)

\* Its number is durable before anything is sent under it.
Recover(p) ==
  /\ p \in down
  /\ down' = down \ {p}
  /\ incarnation' = [incarnation EXCEPT ![p] = IF p \in Durable THEN @ + 1 ELSE 0]
  /\ UNCHANGED <<next, unacked, heard, delivered, msgs, asked, crashes>>

\* Each action by a name without parameters, so that a tool can ask which of them allows a given step.
NextSend            == \E p \in Process : Send(p)
NextSendAgain       == \E p \in Process : SendAgain(p)
NextReceive         == \E m \in msgs : Receive(m.to, m)
NextAcknowledge     == \E m \in msgs : Acknowledge(m.to, m)
NextCrash           == \E p \in Process : Crash(p)
NextCrashBeforeSave == \E p \in Process : CrashBeforeSave(p)
NextRecover         == \E p \in Process : Recover(p)

Next ==
  \/ NextSend
  \/ NextSendAgain
  \/ NextReceive
  \/ NextAcknowledge
  \/ NextCrash
  \/ NextCrashBeforeSave
  \/ NextRecover

Spec == Init /\ [][Next]_vars

-----------------------------------------------------------------------------
(* Fairness. Here a loss is a step: a message that stays in flight, and has to arrive some day, would not need to be sent
   again. *)

Lose == \E m \in msgs : msgs' = msgs \ {m} /\
          UNCHANGED <<incarnation, next, unacked, heard, delivered, asked, down, crashes>>

Requests == UNION {{<<p, i>> : i \in 1 .. Len(Script[p])} : p \in Process}
Seq0     == 0 .. Cardinality(Requests) - 1

Incarnations == 0 .. MaxCrashes

\* Some copy of a message, or of its acknowledgement, arrives.
Arrives(q, i, seq) ==
  \E m \in msgs : m.to = q /\ m.incarnation = i /\ m.seq = seq /\ (Receive(q, m) \/ Acknowledge(q, m))

\* Of what is in flight again and again some copy arrives; requests are made, and processes recover. (For scripts in which
\* one process sends: data and acknowledgements to the same process are not told apart here.)
FairLinks ==
  /\ Init /\ [][Next \/ Lose]_vars
  /\ \A p \in Process : WF_vars(Send(p)) /\ WF_vars(Recover(p))
  /\ \A q \in Process : \A i \in Incarnations : \A seq \in Seq0 : SF_vars(Arrives(q, i, seq))

\* And who waits for acknowledgements sends again and again.
FairSpec == FairLinks /\ \A p \in Process : WF_vars(SendAgain(p))

-----------------------------------------------------------------------------
(* Types *)

Payload == {Script[r[1]][r[2]][2] : r \in Requests}

\* Nobody sends the same payload twice.
ASSUME \A r, s \in Requests : Script[r[1]][r[2]][2] = Script[s[1]][s[2]][2] => r = s

TypeOK ==
  /\ DOMAIN incarnation = Process /\ \A p \in Process : incarnation[p] \in Incarnations
  /\ \A p, q \in Process : next[p][q] \in 0 .. Cardinality(Requests)
  /\ \A p, q \in Process : unacked[p][q] \subseteq (0 .. next[p][q] - 1) \X Payload
  /\ \A p, q \in Process : heard[q][p].incarnation \in Incarnations /\ heard[q][p].received \subseteq Seq0
  /\ DOMAIN delivered = Process   /\ \A q \in Process : delivered[q] \subseteq Process \X Payload
  /\ \A m \in msgs : m.from # m.to /\ m.incarnation \in Incarnations /\ m.seq \in Seq0
  /\ \A m \in msgs : m.type = "data" => m.base \in 0 .. m.seq /\ m.payload \in Payload
  /\ DOMAIN asked = Process       /\ \A p \in Process : asked[p] \in 0 .. Len(Script[p])
  /\ down \subseteq Process       /\ crashes \in 0 .. MaxCrashes

-----------------------------------------------------------------------------
(* Safety *)

Data             == {m \in msgs : m.type = "data"}
Acknowledgements == {m \in msgs : m.type = "acknowledgement"}

WasSent(p, q, payload) == \E i \in 1 .. asked[p] : Script[p][i] = <<q, payload>>

NoCreation == \A q \in Process : \A d \in delivered[q] : WasSent(d[1], q, d[2])

\* A message of the incarnation that q hears of, or of a later one, has been received by q.
HasReceived(q, m) ==
  \/ m.incarnation < heard[q][m.from].incarnation
  \/ m.incarnation = heard[q][m.from].incarnation /\ m.seq \in heard[q][m.from].received

\* What was delivered is not new: it will not be delivered again.
NoDuplication == \A m \in Data : <<m.from, m.payload>> \in delivered[m.to] => HasReceived(m.to, m)

\* What p need not send again was delivered, unless its receiver has crashed.
AcknowledgedIsDelivered ==
  \A m \in Data :
    \/ m.from \in down \/ m.incarnation # incarnation[m.from]
    \/ m.seq \in Numbers(unacked[m.from][m.to])
    \/ <<m.from, m.payload>> \in delivered[m.to]
    \/ m.to \in down \/ incarnation[m.to] > 0

\* Different messages on a link differ in incarnation or number.
OneMessagePerNumber ==
  \A m, k \in Data :
    m.from = k.from /\ m.to = k.to /\ m.incarnation = k.incarnation /\ m.seq = k.seq => m.payload = k.payload

FitsIntoWindow == \A m \in Data : m.seq < m.base + Window

MemoryIsBounded == \A p, q \in Process : \A n \in heard[q][p].received : n < Gap(heard[q][p].received) + Window

\* Holds as long as nobody crashes.
NothingIsForgotten ==
  \A a \in Acknowledgements : HasReceived(a.from, [from |-> a.to, incarnation |-> a.incarnation, seq |-> a.seq])

\* Must be violated, or sending again would be for nothing.
NothingIsSentAgain == \A m, k \in Data : m.incarnation = k.incarnation /\ m.payload = k.payload => m = k

-----------------------------------------------------------------------------
(* The same as promises about what will happen *)

EventualDelivery ==
  \A p \in Process : \A i \in 1 .. Len(Script[p]) :
    (asked[p] >= i) ~> (<<p, Script[p][i][2]>> \in delivered[Script[p][i][1]] \/ crashes > 0)

EventualRest == \A p, q \in Process : (unacked[p][q] # {}) ~> (unacked[p][q] = {})

=============================================================================
