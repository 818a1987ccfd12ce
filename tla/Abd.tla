-------------------------------- MODULE Abd ---------------------------------
(* The register of Attiya, Bar-Noy and Dolev: one value, kept by several processes, of which a quorum is enough to read
   and a quorum to write. It behaves as if each operation happened at one moment between its request and its answer
   (atomic); or, if reads tell nobody what they have found, it is only regular: while a value is being written, one read
   may return it and a later one not.

   Source: Kleppmann, Distributed Systems (Cambridge 2021/22), section 7.2; lecture notes after Cachin, Guerraoui and
   Rodrigues (Bern 2020), sections 5.2, 5.4 and 5.6; Lynch, MIT 6.852 (2009), class 23 (read and write quorums, and what
   every operation leaves behind at a quorum).

   Model: asynchronous; crash-recovery; messages can be lost, duplicated and reordered. Every process is replica and
   client, and has one operation at a time.

   Durable at each process: the latest version that it has heard of, how often it has started, and how many requests it
   has taken (which is the environment's memory rather than the algorithm's). Volatile: its operation, and how many
   queries it has made since it started. What the applications know is durable for nobody; `floor`, `result` and `ended`
   are there to say what is guaranteed.

   A message from a process to itself never travels: it is handled within the step that sends it. A process that is
   down does nothing, so that its recovery is no step: it may simply go on. *)

EXTENDS Naturals, Sequences, FiniteSets

CONSTANTS
  N,             \* how many processes there are: 0 .. N-1
  ReadQuorums,   \* sets of processes: the answers of all members of one of them end phase 1
  WriteQuorums,  \* sets of processes: a version that all members of one of them hold cannot be missed any more
  Owner,         \* the process that alone may write, or None: then everyone may
  Reads,         \* "atomic" or "regular"
  Script,        \* Script[p]: what process p is asked for, in order, each after the answer to the one before: values to
                 \* write, and Read
  MaxCrashes,    \* how many crashes there are at most, over all processes
  Read,          \* stands in a script for a read
  None           \* stands where there is no value, or no owner

VARIABLES
  version,      \* version[p]: the latest version that p has heard of, its timestamp and value
  incarnation,  \* incarnation[p]: how often p has started
  queries,      \* queries[p]: how many queries it has made since
  operation,    \* operation[p]: what p does for its application
  msgs,         \* every message ever sent: each may arrive late, again and again, or never
  asked,        \* asked[p]: how many requests p has taken from its script
  crashes,      \* how many crashes there have been
  ended,        \* the operations that have ended, and found or wrote a value: <<"read", value>> or <<"write", value>>
  floor,        \* floor[p]: those that had ended when p took its last request
  result        \* result[p]: <<what that returned>>; <<>> before

vars == <<version, incarnation, queries, operation, msgs, asked, crashes, ended, floor, result>>

Process == 0 .. N-1

\* Safety needs that every read quorum meets every write quorum. It is no assumption, so that a configuration can
\* show what happens without.
ASSUME ReadQuorums \subseteq SUBSET Process /\ WriteQuorums \subseteq SUBSET Process
ASSUME Reads \in {"atomic", "regular"}
ASSUME \A p \in Process : \A i \in 1 .. Len(Script[p]) : Script[p][i] # Read => Owner \in {p, None}

-----------------------------------------------------------------------------
(* Timestamps are naturals, 0 is none. Each process has one with each number >= 1. *)

Stamp(p, number) == (number - 1) * N + p + 1
Number(stamp)    == IF stamp = 0 THEN 0 ELSE (stamp - 1) \div N + 1
Writer(stamp)    == (stamp - 1) % N

NoVersion   == [stamp |-> 0, value |-> None]
NoOperation == [phase |-> "none", request |-> None, from |-> {}, latest |-> NoVersion, holders |-> {}]

Others(p) == Process \ {p}

HasReadQuorum(S)  == \E R \in ReadQuorums : R \subseteq S
HasWriteQuorum(S) == \E W \in WriteQuorums : W \subseteq S

Init ==
  /\ version     = [p \in Process |-> NoVersion]
  /\ incarnation = [p \in Process |-> 1]
  /\ queries     = [p \in Process |-> 0]
  /\ operation   = [p \in Process |-> NoOperation]
  /\ msgs        = {}
  /\ asked       = [p \in Process |-> 0]
  /\ crashes     = 0
  /\ ended       = {}
  /\ floor       = [p \in Process |-> {}]
  /\ result      = [p \in Process |-> <<>>]

-----------------------------------------------------------------------------
(* What a client does. One step can carry it through several phases, because its own answers count at once, and may
   complete a quorum. So its steps are functions on all that a process is, sends and tells, a record `s` with the fields
   version, queries, operation, sent, ended and found. *)

Local(p) ==
  [version |-> version[p], queries |-> queries[p], operation |-> operation[p], sent |-> {},
   ended |-> "nothing", found |-> None]

\* The operation ends, and has found or written version v.
End(s, v) ==
  [s EXCEPT !.operation = NoOperation, !.ended = IF s.operation.request = Read THEN "read" ELSE "write", !.found = v.value]

Keep(s, v) == IF v.stamp > s.version.stamp THEN [s EXCEPT !.version = v] ELSE s

\* Process q holds the version of the operation. A write quorum of holders ends it.
CountHolder(s, q) ==
  LET holders == s.operation.holders \cup {q}
  IN  IF HasWriteQuorum(holders) THEN End(s, s.operation.latest) ELSE [s EXCEPT !.operation.holders = holders]

\* Process p, in state s, sends version v to all but those that hold it. If it does not hold it itself, it does now.
Spread(p, s, v, holders) ==
  LET told   == {[type |-> "store", from |-> p, to |-> q, version |-> v] : q \in Others(p) \ holders}
      spread == [s EXCEPT !.operation = [@ EXCEPT !.phase = "storing", !.from = {}, !.latest = v, !.holders = holders],
                          !.sent = @ \cup told]
  IN  IF p \in holders THEN spread ELSE CountHolder(Keep(spread, v), p)

\* What process p writes, when `latest` is the latest timestamp that it knows of.
NextVersion(p, s, latest) == [stamp |-> Stamp(p, Number(latest) + 1), value |-> s.operation.request]

\* Process p, in state s, hears that q has version v. The answers of a read quorum end phase 1: a write has its
\* timestamp; a read has its value, and sees to it that a write quorum holds it.
CountAnswer(p, s, q, v) ==
  LET o       == s.operation
      newer   == v.stamp > o.latest.stamp
      latest  == IF newer THEN v ELSE o.latest
      holders == IF newer THEN {q} ELSE IF v.stamp = o.latest.stamp THEN o.holders \cup {q} ELSE o.holders
      from    == o.from \cup {q}
      heard   == [s EXCEPT !.operation = [o EXCEPT !.from = from, !.latest = latest, !.holders = holders]]
  IN  IF ~HasReadQuorum(from) THEN heard
      ELSE IF o.request # Read THEN Spread(p, heard, NextVersion(p, heard, latest.stamp), {})
      ELSE IF Reads = "regular" \/ latest = NoVersion \/ HasWriteQuorum(holders) THEN End(heard, latest)
      ELSE Spread(p, heard, latest, holders)

\* Process p has taken a request. The owner writes at once; everyone else asks for the latest version first.
Begun(p, request) ==
  LET begun == [Local(p) EXCEPT !.operation = [NoOperation EXCEPT !.phase = "asking", !.request = request]]
      query == <<incarnation[p], queries[p] + 1>>
      asks  == {[type |-> "ask", from |-> p, to |-> q, query |-> query] : q \in Others(p)}
  IN  IF request # Read /\ Owner # None
      THEN Spread(p, begun, NextVersion(p, begun, version[p].stamp), {})
      ELSE CountAnswer(p, [begun EXCEPT !.queries = @ + 1, !.sent = asks], p, version[p])

\* Process p becomes what s says, and its application is told.
Become(p, s) ==
  /\ version'   = [version EXCEPT ![p] = s.version]
  /\ queries'   = [queries EXCEPT ![p] = s.queries]
  /\ operation' = [operation EXCEPT ![p] = s.operation]
  /\ msgs'      = msgs \cup s.sent
  /\ result'    = [result EXCEPT ![p] = IF s.ended = "nothing" THEN <<>> ELSE <<s.found>>]
  /\ ended'     = IF s.found = None THEN ended ELSE ended \cup {<<s.ended, s.found>>}
  /\ UNCHANGED <<incarnation, crashes>>

\* What is volatile at p is gone, and nobody waits for its answer any more.
LoseVolatile(p) ==
  /\ crashes < MaxCrashes
  /\ crashes'     = crashes + 1
  /\ incarnation' = [incarnation EXCEPT ![p] = @ + 1]
  /\ queries'     = [queries EXCEPT ![p] = 0]
  /\ operation'   = [operation EXCEPT ![p] = NoOperation]
  /\ floor'       = [floor EXCEPT ![p] = {}]
  /\ result'      = [result EXCEPT ![p] = <<>>]
  /\ UNCHANGED ended

\* Process p becomes what s says, and dies before its application is told that the operation has ended.
BecomeAndCrash(p, s) ==
  /\ s.ended # "nothing"
  /\ version' = [version EXCEPT ![p] = s.version]
  /\ msgs'    = msgs \cup s.sent
  /\ LoseVolatile(p)

-----------------------------------------------------------------------------
(* The actions. A step of a client that may end its operation is given by what the client becomes. *)

\* Process p takes its next request.
IsFree(p) == operation[p].phase = "none" /\ asked[p] < Len(Script[p])
Take(p)   == asked' = [asked EXCEPT ![p] = @ + 1]

\* An answer to its query arrives at p in time.
IsAnswered(p, m) ==
  m.type = "answer" /\ operation[p].phase = "asking" /\ m.query = <<incarnation[p], queries[p]>>
Heard(p, m) == CountAnswer(p, Local(p), m.from, m.version)

\* An acknowledgement of its version arrives at p in time. It names no operation: that q holds the version stays true.
IsAcknowledged(p, m) ==
  m.type = "stored" /\ operation[p].phase = "storing" /\ m.stamp = operation[p].latest.stamp
Counted(p, m) == CountHolder(Local(p), m.from)

Begin(p) ==
  /\ IsFree(p)
  /\ Take(p)
  /\ floor' = [floor EXCEPT ![p] = ended]
  /\ Become(p, Begun(p, Script[p][asked[p] + 1]))

Collect(p, m) ==
  /\ IsAnswered(p, m)
  /\ Become(p, Heard(p, m))
  /\ UNCHANGED asked
  /\ UNCHANGED floor

Count(p, m) ==
  /\ IsAcknowledged(p, m)
  /\ Become(p, Counted(p, m))
  /\ UNCHANGED asked
  /\ UNCHANGED floor

\* Phase 1 at q: it tells its version.
Answer(q, m) ==
  /\ m.type = "ask"
  /\ msgs' = msgs \cup {[type |-> "answer", from |-> q, to |-> m.from, query |-> m.query, version |-> version[q]]}
  /\ UNCHANGED <<version, incarnation, queries, operation, asked, crashes, ended, floor, result>>

\* Phase 2 at q: it keeps the version if it is newer, and acknowledges it in any case.
Store(q, m) ==
  /\ m.type = "store"
  /\ version' = [version EXCEPT ![q] = IF m.version.stamp > @.stamp THEN m.version ELSE @]
  /\ msgs' = msgs \cup {[type |-> "stored", from |-> q, to |-> m.from, stamp |-> m.version.stamp]}
  /\ UNCHANGED <<incarnation, queries, operation, asked, crashes, ended, floor, result>>

\* A crash in the middle of a step, once that is durable, is the step and then this.
Crash(p) == LoseVolatile(p) /\ UNCHANGED <<version, msgs, asked>>

\* p dies while it handles a request, before anything of the step is durable: the request is gone without effect. A
\* message that is lost in this way may come again, so that for messages this is the same as Crash.
CrashBeforeSave(p) == IsFree(p) /\ Take(p) /\ LoseVolatile(p) /\ UNCHANGED <<version, msgs>>

\* p dies in the step that ends its operation, and its application does not hear of it.
CrashUntold(p) ==
  \/ IsFree(p) /\ Take(p) /\ BecomeAndCrash(p, Begun(p, Script[p][asked[p] + 1]))
  \/ \E m \in msgs : m.to = p /\ IsAnswered(p, m) /\ BecomeAndCrash(p, Heard(p, m)) /\ UNCHANGED asked
  \/ \E m \in msgs : m.to = p /\ IsAcknowledged(p, m) /\ BecomeAndCrash(p, Counted(p, m)) /\ UNCHANGED asked

\* Each action by a name without parameters, so that a tool can ask which of them allows a given step.
NextBegin           == \E p \in Process : Begin(p)
NextAnswer          == \E m \in msgs : Answer(m.to, m)
NextCollect         == \E m \in msgs : Collect(m.to, m)
NextStore           == \E m \in msgs : Store(m.to, m)
NextCount           == \E m \in msgs : Count(m.to, m)
NextCrash           == \E p \in Process : Crash(p)
NextCrashBeforeSave == \E p \in Process : CrashBeforeSave(p)
NextCrashUntold     == \E p \in Process : CrashUntold(p)

Next ==
  \/ NextBegin
  \/ NextAnswer
  \/ NextCollect
  \/ NextStore
  \/ NextCount
  \/ NextCrash
  \/ NextCrashBeforeSave
  \/ NextCrashUntold

Spec == Init /\ [][Next]_vars

-----------------------------------------------------------------------------
(* Types *)

Requests == UNION {{<<p, i>> : i \in 1 .. Len(Script[p])} : p \in Process}
Value    == {Script[r[1]][r[2]] : r \in Requests} \ {Read}

\* Each value is written once, so that it tells when it was written.
ASSUME \A r, o \in Requests : Script[r[1]][r[2]] = Script[o[1]][o[2]] /\ Script[r[1]][r[2]] # Read => r = o
ASSUME None \notin Value

\* A number is at most one above all earlier ones, so there are no more than requests.
Stamps   == 1 .. N * Cardinality(Requests)
Versions == [stamp : Stamps, value : Value]
Queries  == (1 .. MaxCrashes + 1) \X (1 .. Cardinality(Requests))

Message ==
       [type : {"ask"}, from : Process, to : Process, query : Queries]
  \cup [type : {"answer"}, from : Process, to : Process, query : Queries, version : Versions \cup {NoVersion}]
  \cup [type : {"store"}, from : Process, to : Process, version : Versions]
  \cup [type : {"stored"}, from : Process, to : Process, stamp : Stamps]

OperationOK(o) ==
  \/ o = NoOperation
  \/ /\ DOMAIN o = DOMAIN NoOperation
     /\ o.phase \in {"asking", "storing"}
     /\ o.request \in Value \cup {Read}
     /\ o.from \subseteq Process
     /\ o.latest \in Versions \cup {NoVersion}
     /\ o.holders \subseteq Process

Ended == {"read", "write"} \X Value

TypeOK ==
  /\ DOMAIN version = Process     /\ \A p \in Process : version[p] \in Versions \cup {NoVersion}
  /\ DOMAIN incarnation = Process /\ \A p \in Process : incarnation[p] \in 1 .. MaxCrashes + 1
  /\ DOMAIN queries = Process     /\ \A p \in Process : queries[p] \in 0 .. Len(Script[p])
  /\ DOMAIN operation = Process   /\ \A p \in Process : OperationOK(operation[p])
  /\ msgs \subseteq Message       /\ \A m \in msgs : m.from # m.to
  /\ DOMAIN asked = Process       /\ \A p \in Process : asked[p] \in 0 .. Len(Script[p])
  /\ crashes \in 0 .. MaxCrashes
  /\ ended \subseteq Ended
  /\ DOMAIN floor = Process       /\ \A p \in Process : floor[p] \subseteq Ended
  /\ DOMAIN result = Process      /\ \A p \in Process : result[p] \in {<<>>} \cup {<<v>> : v \in Value \cup {None}}

-----------------------------------------------------------------------------
(* What is guaranteed *)

Sent(type) == {m \in msgs : m.type = type}

Known == ({version[p] : p \in Process} \cup {m.version : m \in Sent("store") \cup Sent("answer")}) \ {NoVersion}

\* No timestamp is ever used for two values, and no value for two timestamps.
OneValuePerStamp == \A v, w \in Known : (v.stamp = w.stamp) <=> (v.value = w.value)

\* When a value was written. None is older than all.
StampOf(value) == IF value = None THEN 0 ELSE (CHOOSE v \in Known : v.value = value).stamp

HasEnded(p) == result[p] # <<>>
LastOf(p)   == Script[p][asked[p]]

\* The order of timestamps is that in which operations seem to happen: of two operations, of which one had ended before
\* the other was asked for, the later does not come before the earlier, and after it if it is a write. So the register is
\* linearizable.
Atomicity ==
  \A p \in {q \in Process : HasEnded(q)} : \A e \in floor[p] :
    IF LastOf(p) = Read THEN StampOf(e[2]) <= StampOf(result[p][1]) ELSE StampOf(e[2]) < StampOf(result[p][1])

\* A read returns no older value than what was last written before it was asked for.
Regularity ==
  \A p \in {q \in Process : HasEnded(q) /\ LastOf(q) = Read} : \A e \in floor[p] :
    e[1] = "write" => StampOf(e[2]) <= StampOf(result[p][1])

NoCreation ==
  \A p \in {q \in Process : HasEnded(q)} :
    result[p][1] = None \/ \E q \in Process : \E i \in 1 .. asked[q] : Script[q][i] = result[p][1]

-----------------------------------------------------------------------------
(* Why it holds: what has been written, or read from an atomic register, is held by a write quorum ever after; and a
   replica that has told of a version has it, or a later one. *)

Holds(S, stamp) == \A q \in S : version[q].stamp >= stamp

WritesAreHeld == \A e \in ended : e[1] = "write" => \E W \in WriteQuorums : Holds(W, StampOf(e[2]))
ReadsAreHeld  == \A e \in ended : e[1] = "read"  => \E W \in WriteQuorums : Holds(W, StampOf(e[2]))

NothingIsForgotten ==
  /\ \A m \in Sent("answer") : version[m.from].stamp >= m.version.stamp
  /\ \A m \in Sent("stored") : version[m.from].stamp >= m.stamp

-----------------------------------------------------------------------------
(* What must be violated, or the above would hold for want of anything happening *)

NobodyReadsAValue == \A e \in ended : e[1] # "read"

NobodyWritesBack == \A m \in Sent("store") : m.from = Writer(m.version.stamp)

\* No process that has crashed writes or reads with success afterwards.
NobodyReturns == \A p \in Process : incarnation[p] > 1 => ~HasEnded(p)

=============================================================================
