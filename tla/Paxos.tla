------------------------------- MODULE Paxos -------------------------------
(* Consensus on a single value by ballots, each in two phases: at most one value is ever decided, and it is one that
   somebody was asked to propose. That a decision is ever reached is not promised: two proposers can overtake one
   another for ever.

   Source: Lynch, MIT 6.852 (2009), class 23 (the safe algorithm, its distributed version with read and write quorums).
   To abstain from a set of ballots is here to promise: not to vote below a ballot any more.

   Model: asynchronous; crash-recovery; messages can be lost, duplicated and reordered. Every process is proposer,
   acceptor and learner, and may start a ballot at any time.

   Durable at each process: its promise, its last vote, and how many requests it has taken (which is the environment's
   memory rather than the algorithm's). Volatile: its running proposal and the decision it knows of.

   A message from a process to itself never travels: it is handled within the step that sends it. A process that is
   down does nothing, so that its recovery is no step: it may simply go on. *)

EXTENDS Naturals, Sequences, FiniteSets

CONSTANTS
  N,             \* how many processes there are: 0 .. N-1
  ReadQuorums,   \* sets of processes: the answers of all members of one of them end phase 1
  WriteQuorums,  \* sets of processes: the votes of all members of one of them end phase 2
  Script,        \* Script[p]: the sequence of values that process p is asked to propose, in order, at any time
  MaxCrashes,    \* how many crashes there are at most, over all processes
  None           \* stands where there is no value

VARIABLES
  promised,  \* promised[p]: p takes no part in ballots below this one (0: it has promised nothing)
  vote,      \* vote[p]: the last vote of p, its ballot and value
  proposal,  \* proposal[p]: the ballot that p is conducting
  decided,   \* decided[p]: the decision that p knows of
  msgs,      \* every message ever sent: each may arrive late, again and again, or never
  asked,     \* asked[p]: how many requests p has taken from its script
  crashes    \* how many crashes there have been

vars == <<promised, vote, proposal, decided, msgs, asked, crashes>>

Process == 0 .. N-1

\* Safety needs that every read quorum meets every write quorum. It is no assumption, so that a configuration can
\* show what happens without.
ASSUME ReadQuorums \subseteq SUBSET Process /\ WriteQuorums \subseteq SUBSET Process

-----------------------------------------------------------------------------
(* Ballots are naturals, 0 is none. Each process has one in each round r >= 1. *)

Ballot(p, r) == (r - 1) * N + p + 1
Round(b)     == IF b = 0 THEN 0 ELSE (b - 1) \div N + 1
Proposer(b)  == (b - 1) % N

NoVote     == [ballot |-> 0, value |-> None]
NoProposal == [ballot |-> 0, value |-> None, promises |-> {}, chosen |-> None, votes |-> {}]

Others(p) == Process \ {p}

HasReadQuorum(S)  == \E R \in ReadQuorums : R \subseteq S
HasWriteQuorum(S) == \E W \in WriteQuorums : W \subseteq S

Init ==
  /\ promised = [p \in Process |-> 0]
  /\ vote     = [p \in Process |-> NoVote]
  /\ proposal = [p \in Process |-> NoProposal]
  /\ decided  = [p \in Process |-> None]
  /\ msgs     = {}
  /\ asked    = [p \in Process |-> 0]
  /\ crashes  = 0

-----------------------------------------------------------------------------
(* What a proposer does. One step can carry it through several phases, because its own answers count at once, and may
   complete a quorum. So its steps are functions on all that a process is and sends, a record `s` with the fields
   promised, vote, proposal, decided and sent. *)

Local(p) ==
  [promised |-> promised[p], vote |-> vote[p], proposal |-> proposal[p], decided |-> decided[p], sent |-> {}]

\* The value of a ballot: that of the latest vote among the answers; the proposer's own, if nobody has voted.
Choice(pr) ==
  LET latest == CHOOSE a \in pr.promises : \A other \in pr.promises : other.vote.ballot <= a.vote.ballot
  IN  IF latest.vote.ballot > 0 THEN latest.vote.value ELSE pr.value

\* Process p, in state s, counts the vote of q for its ballot. A write quorum ends the ballot: p decides its value,
\* unless it has learnt of a decision before, and tells the others.
CountVote(p, s, q) ==
  LET votes == s.proposal.votes \cup {q}
      value == s.proposal.chosen
      news  == {[type |-> "decided", from |-> p, to |-> r, value |-> value] : r \in Others(p)}
  IN  IF HasWriteQuorum(votes)
      THEN [s EXCEPT !.proposal = NoProposal,
                     !.decided  = IF @ = None THEN value ELSE @,
                     !.sent     = @ \cup news]
      ELSE [s EXCEPT !.proposal.votes = votes]

\* Process p, in state s, gives its ballot the value v and asks for votes: the answers have done their work. It votes
\* itself, unless it has promised a later ballot meanwhile.
Assign(p, s, v) ==
  LET b        == s.proposal.ballot
      requests == {[type |-> "accept", from |-> p, to |-> r, ballot |-> b, value |-> v] : r \in Others(p)}
      assigned == [s EXCEPT !.proposal.chosen = v, !.proposal.promises = {}, !.sent = @ \cup requests]
  IN  IF b >= s.promised
      THEN CountVote(p, [assigned EXCEPT !.promised = b, !.vote = [ballot |-> b, value |-> v]], p)
      ELSE assigned

\* Process p, in state s, counts the answer of q, which is q's last vote. A read quorum ends phase 1.
CountAnswer(p, s, q, last) ==
  LET counted == [s EXCEPT !.proposal.promises = @ \cup {[from |-> q, vote |-> last]}]
  IN  IF HasReadQuorum({a.from : a \in counted.proposal.promises})
      THEN Assign(p, counted, Choice(counted.proposal))
      ELSE counted

Become(p, s) ==
  /\ promised' = [promised EXCEPT ![p] = s.promised]
  /\ vote'     = [vote EXCEPT ![p] = s.vote]
  /\ proposal' = [proposal EXCEPT ![p] = s.proposal]
  /\ decided'  = [decided EXCEPT ![p] = s.decided]
  /\ msgs'     = msgs \cup s.sent

-----------------------------------------------------------------------------
(* The actions *)

\* Process p takes its next request and starts a ballot, in the round after that of its promise. It promises it, and
\* its own answer counts at once. A ballot that it was conducting is given up.
Propose(p) ==
  /\ asked[p] < Len(Script[p])
  /\ LET b       == Ballot(p, Round(promised[p]) + 1)
         value   == Script[p][asked[p] + 1]
         prepare == {[type |-> "prepare", from |-> p, to |-> r, ballot |-> b] : r \in Others(p)}
         started == [Local(p) EXCEPT !.promised = b,
                                     !.proposal = [NoProposal EXCEPT !.ballot = b, !.value = value],
                                     !.sent     = prepare]
     IN  Become(p, CountAnswer(p, started, p, vote[p]))
  /\ asked' = [asked EXCEPT ![p] = @ + 1]
  /\ UNCHANGED crashes

\* Phase 1 at q: it abstains from all ballots below m.ballot that it has not voted for, and tells its last vote.
Prepare(q, m) ==
  /\ m.type = "prepare"
  /\ m.ballot > promised[q]
  /\ promised' = [promised EXCEPT ![q] = m.ballot]
  /\ msgs' = msgs \cup {[type |-> "promise", from |-> q, to |-> m.from, ballot |-> m.ballot, vote |-> vote[q]]}
  /\ UNCHANGED <<vote, proposal, decided, asked, crashes>>

\* An answer arrives at p in time.
Promise(p, m) ==
  /\ m.type = "promise"
  /\ m.ballot = proposal[p].ballot
  /\ proposal[p].chosen = None
  /\ Become(p, CountAnswer(p, Local(p), m.from, m.vote))
  /\ UNCHANGED <<asked, crashes>>

\* Phase 2 at q: it votes, unless it has promised a later ballot.
Accept(q, m) ==
  /\ m.type = "accept"
  /\ m.ballot >= promised[q]
  /\ promised' = [promised EXCEPT ![q] = m.ballot]
  /\ vote' = [vote EXCEPT ![q] = [ballot |-> m.ballot, value |-> m.value]]
  /\ msgs' = msgs \cup {[type |-> "accepted", from |-> q, to |-> m.from, ballot |-> m.ballot]}
  /\ UNCHANGED <<proposal, decided, asked, crashes>>

\* A vote arrives at p in time.
Accepted(p, m) ==
  /\ m.type = "accepted"
  /\ m.ballot = proposal[p].ballot
  /\ proposal[p].chosen # None
  /\ Become(p, CountVote(p, Local(p), m.from))
  /\ UNCHANGED <<asked, crashes>>

Learn(q, m) ==
  /\ m.type = "decided"
  /\ decided[q] = None
  /\ decided' = [decided EXCEPT ![q] = m.value]
  /\ UNCHANGED <<promised, vote, proposal, msgs, asked, crashes>>

\* The volatile part of p is gone. What p has sent is in msgs and may be lost as any message may.
LoseVolatile(p) ==
  /\ crashes < MaxCrashes
  /\ crashes'  = crashes + 1
  /\ proposal' = [proposal EXCEPT ![p] = NoProposal]
  /\ decided'  = [decided EXCEPT ![p] = None]
  /\ UNCHANGED <<promised, vote, msgs>>

\* A crash in the middle of a step, once that is durable, is the step and then this.
Crash(p) == LoseVolatile(p) /\ UNCHANGED asked

\* p dies while it handles a request, before anything of the step is durable: the request is gone without effect. A
\* message that is lost in this way may come again, so that for messages this is the same as Crash.
CrashBeforeSave(p) ==
  /\ asked[p] < Len(Script[p])
  /\ asked' = [asked EXCEPT ![p] = @ + 1]
  /\ LoseVolatile(p)

\* Each action by a name without parameters, so that a tool can ask which of them allows a given step.
NextPropose         == \E p \in Process : Propose(p)
NextPrepare         == \E m \in msgs : Prepare(m.to, m)
NextPromise         == \E m \in msgs : Promise(m.to, m)
NextAccept          == \E m \in msgs : Accept(m.to, m)
NextAccepted        == \E m \in msgs : Accepted(m.to, m)
NextLearn           == \E m \in msgs : Learn(m.to, m)
NextCrash           == \E p \in Process : Crash(p)
NextCrashBeforeSave == \E p \in Process : CrashBeforeSave(p)

Next ==
  \/ NextPropose
  \/ NextPrepare
  \/ NextPromise
  \/ NextAccept
  \/ NextAccepted
  \/ NextLearn
  \/ NextCrash
  \/ NextCrashBeforeSave

Spec == Init /\ [][Next]_vars

-----------------------------------------------------------------------------
(* Types *)

ScriptOf(p) == {Script[p][i] : i \in 1 .. Len(Script[p])}
Value       == UNION {ScriptOf(p) : p \in Process}
Requests    == UNION {{<<p, i>> : i \in 1 .. Len(Script[p])} : p \in Process}

ASSUME None \notin Value

\* A ballot is at most one round above all earlier ones, so there are no more rounds than requests.
Ballots == 1 .. N * Cardinality(Requests)
Vote    == {NoVote} \cup [ballot : Ballots, value : Value]
Answer  == [from : Process, vote : Vote]

Message ==
       [type : {"prepare"}, from : Process, to : Process, ballot : Ballots]
  \cup [type : {"promise"}, from : Process, to : Process, ballot : Ballots, vote : Vote]
  \cup [type : {"accept"}, from : Process, to : Process, ballot : Ballots, value : Value]
  \cup [type : {"accepted"}, from : Process, to : Process, ballot : Ballots]
  \cup [type : {"decided"}, from : Process, to : Process, value : Value]

ProposalOK(pr) ==
  \/ pr = NoProposal
  \/ /\ DOMAIN pr = DOMAIN NoProposal
     /\ pr.ballot \in Ballots
     /\ pr.value \in Value
     /\ pr.promises \subseteq Answer
     /\ pr.chosen \in Value \cup {None}
     /\ pr.votes \subseteq Process

TypeOK ==
  /\ DOMAIN promised = Process /\ \A p \in Process : promised[p] \in Ballots \cup {0}
  /\ DOMAIN vote = Process     /\ \A p \in Process : vote[p] \in Vote
  /\ DOMAIN proposal = Process /\ \A p \in Process : ProposalOK(proposal[p])
  /\ DOMAIN decided = Process  /\ \A p \in Process : decided[p] \in Value \cup {None}
  /\ DOMAIN asked = Process    /\ \A p \in Process : asked[p] \in 0 .. Len(Script[p])
  /\ msgs \subseteq Message    /\ \A m \in msgs : m.from # m.to
  /\ crashes \in 0 .. MaxCrashes

-----------------------------------------------------------------------------
(* What is guaranteed *)

Sent(type) == {m \in msgs : m.type = type}

\* Every decision that anybody knows of or has told: a decision counts although who made it has crashed since.
Decisions == ({decided[p] : p \in Process} \ {None}) \cup {m.value : m \in Sent("decided")}

Agreement == \A v, w \in Decisions : v = w

Validity == \A v \in Decisions : \E p \in Process : \E i \in 1 .. asked[p] : Script[p][i] = v

-----------------------------------------------------------------------------
(* Why it holds: a ballot gets a value only if no lower ballot can succeed with another one. *)

\* The ballots that have a value, with it.
Assigned ==
       {[ballot |-> m.ballot, value |-> m.value] : m \in Sent("accept")}
  \cup {[ballot |-> proposal[p].ballot, value |-> proposal[p].chosen] :
          p \in {q \in Process : proposal[q].chosen # None}}
  \cup {vote[p] : p \in {q \in Process : vote[q] # NoVote}}

\* Has q voted for b? Votes for the ballots of others can be read off msgs. For its own ballot q votes when the value
\* is assigned, unless it has promised a later ballot before: then a promise that tells only of votes before b gives
\* that away. (If q came past b by voting for a later ballot, without a promise, it is counted as a voter of b although
\* it is none. This makes it only harder for b to be dead.)
Voted(q, b) ==
  \/ vote[q].ballot = b
  \/ \E m \in Sent("accepted") : m.from = q /\ m.ballot = b
  \/ /\ q = Proposer(b)
     /\ \E m \in Sent("accept") : m.ballot = b
     /\ ~ \E m \in Sent("promise") : m.from = q /\ m.ballot > b /\ m.vote.ballot < b

Abstained(q, b) == promised[q] > b /\ ~Voted(q, b)

Dead(b) == \E R \in ReadQuorums : \A q \in R : Abstained(q, b)

NoRivalBelow ==
  \A a \in Assigned : \A b \in 1 .. a.ballot - 1 :
    \/ \E c \in Assigned : c.ballot = b /\ c.value = a.value
    \/ Dead(b)

\* A ballot has one value.
OneValuePerBallot == \A a, c \in Assigned : a.ballot = c.ballot => a.value = c.value

-----------------------------------------------------------------------------
(* What must be violated, or the above would hold for want of anything happening *)

NobodyDecides == Decisions = {}

\* No ballot takes over the value of an earlier one.
NobodyAdopts == \A m \in Sent("accept") : m.value \in ScriptOf(m.from)

=============================================================================
