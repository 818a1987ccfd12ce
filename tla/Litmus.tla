------------------------------- MODULE Litmus -------------------------------
(* The classic traps of checking liveness, each as a system of one or two processes: what a checker must answer, TLC says.
   The same systems, made of actors, are in tests/litmus/tlc.rs, with the same verdicts and the same number of states.

   Process 0 may have timers, and sends to process 1. One fair action is what the documentation of the engine says it is:
   the delivery of a message by its value (on a FIFO channel: of its head), a timer of a process, the requests of a
   process. Losses and crashes are never fair, and nobody owes what a crashed process has sent. *)

EXTENDS Naturals, Sequences

VARIABLES
  p,       \* the state of process 0, a number
  q,       \* the state of process 1: what it has kept, in order
  flight,  \* the messages on their way from 0 to 1, in the order in which they were sent
  timers,  \* the timers of process 0 that are armed
  up       \* whether process 0 is up

vars == <<p, q, flight, timers, up>>

Starts(messages, armed) ==
  /\ p      = 0
  /\ q      = <<>>
  /\ flight = messages
  /\ timers = armed
  /\ up     = TRUE

-----------------------------------------------------------------------------
(* What the systems have in common *)

Kept(m) == \E i \in 1 .. Len(q) : q[i] = m

\* Process 1 keeps each message once. What changes nothing is consumed all the same.
Deliver ==
  /\ flight # <<>>
  /\ q'      = IF Kept(Head(flight)) THEN q ELSE Append(q, Head(flight))
  /\ flight' = Tail(flight)
  /\ UNCHANGED <<p, timers, up>>

Lose ==
  /\ flight # <<>>
  /\ flight' = Tail(flight)
  /\ UNCHANGED <<p, q, timers, up>>

\* A timer that goes on for ever, and makes process 0 change between two states.
Flip ==
  /\ 1 \in timers
  /\ p' = 1 - p
  /\ UNCHANGED <<q, flight, timers, up>>

\* Message 7 arrives.
Arrives == <>Kept(7)

-----------------------------------------------------------------------------
(* join: two ways, of which only one passes through 1, join before a cycle. A checker that keeps with a state whether 1 was
   passed on the way on which it was found first misses the other way. *)

JoinRequest == p = 0 /\ p' \in {1, 2} /\ timers' = {1} /\ UNCHANGED <<q, flight, up>>
JoinTimer   == 1 \in timers /\ p' = (IF p = 3 THEN 4 ELSE 3) /\ UNCHANGED <<q, flight, timers, up>>

Join == Starts(<<>>, {}) /\ [][JoinRequest \/ JoinTimer]_vars /\ WF_vars(JoinRequest) /\ WF_vars(JoinTimer)

EventuallyOne   == <>(p = 1)
EventuallyThree == <>(p = 3)

-----------------------------------------------------------------------------
(* starved: the delivery is possible for ever, and a timer goes on for ever *)

StarvedUnfair == Starts(<<7>>, {1}) /\ [][Flip \/ Deliver]_vars /\ WF_vars(Flip)
StarvedWeak   == StarvedUnfair /\ WF_vars(Deliver)

-----------------------------------------------------------------------------
(* strong_only: timer 2 is armed in every other state of a cycle. Weak fairness does not see that it never fires. *)

OnlyFirst  == 1 \in timers /\ p' = 1 - p /\ timers' = (IF p = 0 THEN {1} ELSE {1, 2}) /\ UNCHANGED <<q, flight, up>>
OnlySecond == 2 \in timers /\ p' = 9 /\ timers' = {} /\ UNCHANGED <<q, flight, up>>

OnlyWeak   == Starts(<<>>, {1, 2}) /\ [][OnlyFirst \/ OnlySecond]_vars /\ WF_vars(OnlyFirst) /\ WF_vars(OnlySecond)
OnlyStrong == OnlyWeak /\ SF_vars(OnlySecond)

Nine == <>(p = 9)

-----------------------------------------------------------------------------
(* self_loop: a timer that fires for ever and changes nothing keeps nobody from delivering, and is progress to nobody *)

Loop == 1 \in timers /\ UNCHANGED vars

LoopUnfair == Starts(<<7>>, {1}) /\ [][Loop \/ Deliver]_vars /\ WF_vars(Loop)
LoopWeak   == LoopUnfair /\ WF_vars(Deliver)

-----------------------------------------------------------------------------
(* stutter: a message that nobody has to deliver; the run may end at once *)

StutterUnfair == Starts(<<7>>, {}) /\ [][Deliver]_vars
StutterWeak   == StutterUnfair /\ WF_vars(Deliver)

-----------------------------------------------------------------------------
(* never_repeats: what is sent once over a fair-loss link may be lost, however fair the link *)

NeverRepeats == Starts(<<7>>, {}) /\ [][Deliver \/ Lose]_vars /\ SF_vars(Deliver)

ArrivesOrLost == <>(Kept(7) \/ flight = <<>>)

-----------------------------------------------------------------------------
(* repeats: what is sent again and again arrives over a fair-loss link. Weak fairness is too little: the message is lost
   again and again, so its delivery is never possible for ever. At most one copy is in flight. *)

Repeat == 1 \in timers /\ flight' = <<7>> /\ UNCHANGED <<p, q, timers, up>>

RepeatsWeak   == Starts(<<>>, {1}) /\ [][Repeat \/ Deliver \/ Lose]_vars /\ WF_vars(Repeat) /\ WF_vars(Deliver)
RepeatsStrong == RepeatsWeak /\ SF_vars(Deliver)

-----------------------------------------------------------------------------
(* flips: 1 comes again and again, and never stays *)

Flips == Starts(<<>>, {1}) /\ [][Flip]_vars /\ WF_vars(Flip)

Recurs == []<>(p = 1)
Stays  == <>[](p = 1)

-----------------------------------------------------------------------------
(* trap: from 9 there is no way to 1 any more. That something remains possible is no property of runs, so TLC is asked
   whether it is one step away in every state, which in these systems is the same. *)

Trap == 2 \in timers /\ p' = 9 /\ timers' = {} /\ UNCHANGED <<q, flight, up>>

Trapped   == Starts(<<>>, {1, 2}) /\ [][Flip \/ Trap]_vars
Untrapped == Starts(<<>>, {1}) /\ [][Flip]_vars

OneIsPossible     == p = 1 \/ ENABLED (Flip /\ p' = 1)
EventuallyTrapped == <>(p = 9)

-----------------------------------------------------------------------------
(* fifo_head: over a FIFO channel that loses, but not always, 1 and 2 are sent in turn for ever. Something arrives; but the
   fair action is the delivery of the head of the channel, so it may be that each 2 is lost. No number is twice in flight. *)

InFlight(m) == \E i \in 1 .. Len(flight) : flight[i] = m

SendInTurn ==
  /\ 1 \in timers
  /\ p'      = 1 - p
  /\ flight' = IF InFlight(p + 1) THEN flight ELSE Append(flight, p + 1)
  /\ UNCHANGED <<q, timers, up>>

FifoHead == Starts(<<>>, {1}) /\ [][SendInTurn \/ Deliver \/ Lose]_vars /\ WF_vars(SendInTurn) /\ SF_vars(Deliver)

SomeArrive == <>(q # <<>>)
TwoArrives == <>Kept(2)

-----------------------------------------------------------------------------
(* crashed_sender: what a crashed process has sent can be delivered, and nobody has to *)

Crash == up /\ up' = FALSE /\ UNCHANGED <<p, q, flight, timers>>

CrashedSender == Starts(<<7>>, {}) /\ [][Deliver \/ Crash]_vars /\ WF_vars(up /\ Deliver)

ArrivesOrCrashed == <>(Kept(7) \/ ~up)

-----------------------------------------------------------------------------
(* ignored_early: process 1 is ready when its own timer has fired (here process 0 holds it for it). A message that arrives
   before is ignored, and gone: no fairness brings it again. *)

GetReady == 1 \in timers /\ p' = 1 /\ timers' = {} /\ UNCHANGED <<q, flight, up>>

DeliverIfReady ==
  /\ flight # <<>>
  /\ q'      = IF p = 1 THEN Append(q, Head(flight)) ELSE q
  /\ flight' = Tail(flight)
  /\ UNCHANGED <<p, timers, up>>

IgnoredEarly ==
  Starts(<<7>>, {1}) /\ [][GetReady \/ DeliverIfReady]_vars /\ WF_vars(GetReady) /\ SF_vars(DeliverIfReady)

Ready == <>(p = 1)

=============================================================================
