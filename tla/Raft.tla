------------------------------- MODULE Raft -------------------------------
(***************************************************************************)
(* Raft: elections with pre-votes, replication, crash-recovery; the twin   *)
(* of consensus::raft.                                                     *)
(*                                                                         *)
(* Ongaro and Ousterhout, In Search of an Understandable Consensus         *)
(* Algorithm (2014); pre-votes: Ongaro's dissertation (2014), 9.6.         *)
(*                                                                         *)
(* What a leader says of its log is split into what it is made of: single  *)
(* entries, each with the position before it, and commit indices. A        *)
(* message with several entries is several of these, and a follower may    *)
(* be told any that follow one another, with any commit index that was     *)
(* said. When a leader says what, and to whom, is left open; so how it     *)
(* finds out where a follower's log agrees with its own is no part of      *)
(* this spec, and a refusal of entries says nothing.                       *)
(***************************************************************************)
EXTENDS Naturals, Sequences, FiniteSets

CONSTANTS
  N,            \* processes are 0 .. N-1, and more than one
  MaxTimeouts,  \* how often a process loses patience with its leader
  MaxCrashes,   \* how many crashes there are in all
  Script,       \* Script[p]: the commands that the application of p proposes, in this order
  None          \* no process, no command

VARIABLES
  term, vote, log,  \* what is durable
  role,             \* role[p]: "follower", "precandidate", "candidate" or "leader"
  leader,           \* leader[p]: whom p trusts to lead its term
  tally,            \* tally[p]: who has granted p a vote or a pre-vote
  matched,          \* matched[p][q]: as leader, p knows that the log of q is its own up to here
  commit,           \* commit[p]: p knows that its log is committed up to here
  waiting,          \* waiting[p]: what p was asked for and has not seen applied
  msgs,             \* everything ever said: it may arrive late, again and again, or never
  asked,            \* asked[p]: how many requests p has taken from its script
  timeouts,         \* timeouts[p]: how often p has lost patience
  crashes           \* how many crashes there have been

vars == <<term, vote, log, role, leader, tally, matched, commit, waiting, msgs, asked, timeouts, crashes>>

Process   == 0 .. N-1
Others(p) == Process \ {p}

IsQuorum(S) == 2 * Cardinality(S) > N

\* The end of a log: the term and the index of its last entry.
Position(l, i) == [term |-> IF i = 0 THEN 0 ELSE l[i].term, index |-> i]
Last(l)        == Position(l, Len(l))

UpToDate(candidate, last) ==
  \/ candidate.term > last.term
  \/ candidate.term = last.term /\ candidate.index >= last.index

Commands(l) == {l[i].command : i \in 1 .. Len(l)}

Nobody == [q \in Process |-> 0]

Init ==
  /\ term     = [p \in Process |-> 0]
  /\ vote     = [p \in Process |-> None]
  /\ log      = [p \in Process |-> <<>>]
  /\ role     = [p \in Process |-> "follower"]
  /\ leader   = [p \in Process |-> None]
  /\ tally    = [p \in Process |-> {}]
  /\ matched  = [p \in Process |-> Nobody]
  /\ commit   = [p \in Process |-> 0]
  /\ waiting  = [p \in Process |-> {}]
  /\ msgs     = {}
  /\ asked    = [p \in Process |-> 0]
  /\ timeouts = [p \in Process |-> 0]
  /\ crashes  = 0

-----------------------------------------------------------------------------
(* What a process does is a function on all that it is and says, a record. *)

Local(p) ==
  [term |-> term[p], vote |-> vote[p], log |-> log[p], role |-> role[p], leader |-> leader[p], tally |-> tally[p],
   matched |-> matched[p], commit |-> commit[p], waiting |-> waiting[p], sent |-> {}]

Become(p, s) ==
  /\ term'    = [term EXCEPT ![p] = s.term]
  /\ vote'    = [vote EXCEPT ![p] = s.vote]
  /\ log'     = [log EXCEPT ![p] = s.log]
  /\ role'    = [role EXCEPT ![p] = s.role]
  /\ leader'  = [leader EXCEPT ![p] = s.leader]
  /\ tally'   = [tally EXCEPT ![p] = s.tally]
  /\ matched' = [matched EXCEPT ![p] = s.matched]
  /\ commit'  = [commit EXCEPT ![p] = s.commit]
  /\ waiting' = [waiting EXCEPT ![p] = s.waiting]
  /\ msgs'    = msgs \cup s.sent

Take(s, r) == [s EXCEPT !.role = r, !.tally = {}, !.matched = Nobody]

\* A later term is entered by whoever hears of it.
Entered(s, t) ==
  IF t > s.term THEN [Take(s, "follower") EXCEPT !.term = t, !.vote = None, !.leader = None] ELSE s

\* To all others, about the end of the own log.
Asks(p, s, type) == {[type |-> type, from |-> p, to |-> q, term |-> s.term, last |-> Last(s.log)] : q \in Others(p)}

Answer(p, s, type, q) == [type |-> type, from |-> p, to |-> q, term |-> s.term]

Proposals(p, s) ==
  {[type |-> "propose", from |-> p, to |-> s.leader, term |-> s.term, command |-> c] : c \in s.waiting}

\* A leader adds commands that its log does not have; here it is at most one at a time.
Added(s, C) ==
  LET new == C \ Commands(s.log)
  IN  IF new = {} THEN s
      ELSE [s EXCEPT !.log = Append(@, [term |-> s.term, command |-> CHOOSE c \in new : TRUE])]

Stand(p, s) ==
  LET t == [Take(s, "candidate") EXCEPT !.term = s.term + 1, !.vote = p, !.tally = {p}]
  IN  [t EXCEPT !.sent = @ \cup Asks(p, t, "requestvote")]

\* A leader begins its term with an entry that says nothing, and with what it waits for itself.
Lead(p, s) ==
  LET t == [Take(s, "leader") EXCEPT !.leader = p, !.log = Append(@, [term |-> s.term, command |-> None])]
  IN  Added(t, s.waiting)

Committed(s, i) ==
  IF i > s.commit
  THEN [s EXCEPT !.commit = i, !.waiting = @ \ {s.log[k].command : k \in 1 .. i}]
  ELSE s

\* What most have, if it ends with an entry of the own term.
CountMatched(p, s) ==
  LET has(i) == {q \in Others(p) : s.matched[q] >= i} \cup {p}
      may    == {i \in 1 .. Len(s.log) : IsQuorum(has(i)) /\ s.log[i].term = s.term}
  IN  IF may = {} THEN s ELSE Committed(s, CHOOSE i \in may : \A j \in may : j <= i)

-----------------------------------------------------------------------------
(* The actions *)

Timeout(p) ==
  /\ timeouts[p] < MaxTimeouts
  /\ role[p] # "leader"
  /\ timeouts' = [timeouts EXCEPT ![p] = @ + 1]
  /\ LET s == [Take(Local(p), "precandidate") EXCEPT !.leader = None, !.tally = {p}]
     IN  Become(p, [s EXCEPT !.sent = Asks(p, s, "prevote")])
  /\ UNCHANGED <<asked, crashes>>

Said(type) == {m \in msgs : m.type = type}

\* What is of an earlier term is void. (The messages of the actions to come are of the type that the action is named after.)
Quiet == UNCHANGED <<asked, timeouts, crashes>>

\* Nobody who trusts a leader would vote for another.
PreVote(q, m) ==
  /\ m.term >= term[m.to]
  /\ LET s == Entered(Local(q), m.term)
     IN  Become(q, IF s.leader = None /\ UpToDate(m.last, Last(s.log))
                   THEN [s EXCEPT !.sent = {Answer(q, s, "prevotegranted", m.from)}]
                   ELSE s)
  /\ Quiet

PreVoteGranted(p, m) ==
  /\ m.term >= term[m.to]
  /\ LET s == Entered(Local(p), m.term)
         t == [s EXCEPT !.tally = @ \cup {m.from}]
     IN  Become(p, IF s.role # "precandidate" THEN s ELSE IF IsQuorum(t.tally) THEN Stand(p, t) ELSE t)
  /\ Quiet

\* One vote in each term, and none for a log that is less up to date.
RequestVote(q, m) ==
  /\ m.term >= term[m.to]
  /\ LET s == Entered(Local(q), m.term)
         t == IF s.vote = None THEN [Take(s, "follower") EXCEPT !.vote = m.from] ELSE s
     IN  Become(q, IF s.vote \in {None, m.from} /\ UpToDate(m.last, Last(s.log))
                   THEN [t EXCEPT !.sent = {Answer(q, t, "votegranted", m.from)}]
                   ELSE s)
  /\ Quiet

VoteGranted(p, m) ==
  /\ m.term >= term[m.to]
  /\ LET s == Entered(Local(p), m.term)
         t == [s EXCEPT !.tally = @ \cup {m.from}]
     IN  Become(p, IF s.role # "candidate" THEN s ELSE IF IsQuorum(t.tally) THEN Lead(p, t) ELSE t)
  /\ Quiet

\* What leader p can say of its log: entry i, and what comes before it.
Entry(p, i) ==
  [type |-> "entry", from |-> p, term |-> term[p], previous |-> Position(log[p], i - 1), entry |-> log[p][i]]

Index(m) == m.previous.index + 1

\* A leader says how far it has committed, and any part of its log.
Say(p) ==
  /\ role[p] = "leader"
  /\ \E I \in SUBSET (1 .. Len(log[p])) :
       msgs' = msgs \cup {Entry(p, i) : i \in I}
                    \cup {[type |-> "commit", from |-> p, term |-> term[p], commit |-> commit[p]]}
  /\ UNCHANGED <<term, vote, log, role, leader, tally, matched, commit, waiting>>
  /\ Quiet

\* Follower q hears of the leader of its term. What it waits for it proposes to a leader that it did not trust before.
Followed(q, s, p) ==
  LET t == [Take(s, "follower") EXCEPT !.leader = p]
  IN  IF s.leader = p THEN t ELSE [t EXCEPT !.sent = @ \cup Proposals(q, t)]

\* Entries first .. last of log l, of which it has those before, in place of what it has there: entries of another term
\* go, with all that follow them; the same entries stay, with all that follow them.
Merged(l, E, first, last) ==
  LET at(i)  == (CHOOSE m \in E : Index(m) = i).entry
      other  == {i \in first .. last : i > Len(l) \/ l[i].term # at(i).term}
      from   == CHOOSE i \in other : \A j \in other : i <= j
  IN  IF other = {} THEN l
      ELSE [i \in 1 .. last |-> IF i < from THEN l[i] ELSE at(i)]

Acknowledge(q, s, i, c) ==
  LET t == Committed(s, IF c < i THEN c ELSE i)
  IN  [t EXCEPT !.sent = @ \cup {[type |-> "appended", from |-> q, to |-> s.leader, term |-> s.term, matched |-> i]}]

\* Entries of a leader arrive at q, one or several that follow one another; m tells how far it had committed.
AppendEntries(q, m) ==
  /\ m.from # q /\ m.term >= term[q]
  /\ LET s == Followed(q, Entered(Local(q), m.term), m.from)
         E == {e \in Said("entry") : e.term = m.term}
         I == {Index(e) : e \in E}
     IN  \E first \in I : \E last \in I :
           /\ first <= last /\ first .. last \subseteq I
           /\ LET before == (CHOOSE e \in E : Index(e) = first).previous
              IN  Become(q, IF before.index <= Len(s.log) /\ Position(s.log, before.index) = before
                            THEN Acknowledge(q, [s EXCEPT !.log = Merged(@, E, first, last)], last, m.commit)
                            ELSE s)
  /\ Quiet

\* A sign of life arrives at q: nothing after what q has acknowledged.
SignOfLife(q, m) ==
  /\ m.from # q /\ m.term >= term[q]
  /\ LET s    == Followed(q, Entered(Local(q), m.term), m.from)
         acks == {a.matched : a \in {a \in Said("appended") : a.from = q /\ a.term = m.term}}
     IN  \E i \in acks \cup {0} : Become(q, Acknowledge(q, s, i, m.commit))
  /\ Quiet

Appended(p, m) ==
  /\ m.term >= term[m.to]
  /\ LET s == Entered(Local(p), m.term)
         t == [s EXCEPT !.matched[m.from] = IF m.matched > @ THEN m.matched ELSE @]
     IN  Become(p, IF s.role = "leader" THEN CountMatched(p, t) ELSE s)
  /\ Quiet

\* The application of p proposes a command: it is refused, or added to the leader's log, or passed on to it.
Request(p) ==
  /\ asked[p] < Len(Script[p])
  /\ asked' = [asked EXCEPT ![p] = @ + 1]
  /\ LET s == Local(p)
         t == [s EXCEPT !.waiting = @ \cup {Script[p][asked[p] + 1]}]
     IN  Become(p, IF s.leader = None THEN s
                   ELSE IF s.leader = p THEN Added(t, t.waiting)
                   ELSE [t EXCEPT !.sent = Proposals(p, t)])
  /\ UNCHANGED <<timeouts, crashes>>

Propose(p, m) ==
  /\ m.term >= term[m.to]
  /\ LET s == Entered(Local(p), m.term)
     IN  Become(p, IF s.role = "leader" THEN Added(s, {m.command}) ELSE s)
  /\ Quiet

\* The volatile part of p is gone.
LoseVolatile(p) ==
  /\ crashes < MaxCrashes
  /\ crashes' = crashes + 1
  /\ Become(p, [Take(Local(p), "follower") EXCEPT !.leader = None, !.commit = 0, !.waiting = {}])

\* A crash in the middle of a step, once that is durable, is the step and then this; before that, it is this alone.
Crash(p) == LoseVolatile(p) /\ UNCHANGED <<asked, timeouts>>

\* The request during which p dies is gone.
CrashInRequest(p) ==
  /\ asked[p] < Len(Script[p])
  /\ asked' = [asked EXCEPT ![p] = @ + 1]
  /\ LoseVolatile(p)
  /\ UNCHANGED timeouts

NextTimeout        == \E p \in Process : Timeout(p)
NextPreVote        == \E m \in Said("prevote") : PreVote(m.to, m)
NextPreVoteGranted == \E m \in Said("prevotegranted") : PreVoteGranted(m.to, m)
NextRequestVote    == \E m \in Said("requestvote") : RequestVote(m.to, m)
NextVoteGranted    == \E m \in Said("votegranted") : VoteGranted(m.to, m)
NextSay            == \E p \in Process : Say(p)
NextAppendEntries  == \E q \in Process : \E m \in Said("commit") : AppendEntries(q, m)
NextSignOfLife     == \E q \in Process : \E m \in Said("commit") : SignOfLife(q, m)
NextAppended       == \E m \in Said("appended") : Appended(m.to, m)
NextRequest        == \E p \in Process : Request(p)
NextPropose        == \E m \in Said("propose") : Propose(m.to, m)
NextCrash          == \E p \in Process : Crash(p)
NextCrashInRequest == \E p \in Process : CrashInRequest(p)

Next ==
  \/ NextTimeout
  \/ NextPreVote
  \/ NextPreVoteGranted
  \/ NextRequestVote
  \/ NextVoteGranted
  \/ NextSay
  \/ NextAppendEntries
  \/ NextSignOfLife
  \/ NextAppended
  \/ NextRequest
  \/ NextPropose
  \/ NextCrash
  \/ NextCrashInRequest

Spec == Init /\ [][Next]_vars

-----------------------------------------------------------------------------
(* What is guaranteed, by the names of the paper *)

Leading == {p \in Process : role[p] = "leader"}

ElectionSafety ==
  /\ \A p, q \in Leading : term[p] = term[q] => p = q
  /\ \A m, n \in Said("commit") : m.term = n.term => m.from = n.from

OneVotePerTerm ==
  \A m, n \in Said("votegranted") : m.from = n.from /\ m.term = n.term => m.to = n.to

LeaderAppendOnly ==
  \A m \in Said("entry") : LET p == m.from IN
    p \in Leading /\ term[p] = m.term => Index(m) <= Len(log[p]) /\ log[p][Index(m)] = m.entry

Agree(p, q, i) == i <= Len(log[p]) /\ i <= Len(log[q]) /\ \A k \in 1 .. i : log[p][k] = log[q][k]

LogMatching ==
  \A p, q \in Process : \A i \in 1 .. Len(log[p]) :
    i <= Len(log[q]) /\ log[p][i].term = log[q][i].term => Agree(p, q, i)

LeaderCompleteness == \A p \in Leading : \A q \in Process : term[q] <= term[p] => Agree(p, q, commit[q])

StateMachineSafety ==
  \A p, q \in Process : Agree(p, q, IF commit[p] < commit[q] THEN commit[p] ELSE commit[q])

CommittedOnMajority == \A p \in Process : IsQuorum({q \in Process : Agree(p, q, commit[p])})

AppliedOnce ==
  \A p \in Process : \A i, j \in 1 .. Len(log[p]) :
    log[p][i].command = log[p][j].command /\ log[p][i].command # None => i = j

TypeOK ==
  \A p \in Process :
    /\ term[p] \in Nat /\ vote[p] \in Process \cup {None} /\ leader[p] \in Process \cup {None}
    /\ role[p] \in {"follower", "precandidate", "candidate", "leader"}
    /\ tally[p] \subseteq Process /\ commit[p] <= Len(log[p])
    /\ \A q \in Process : matched[p][q] \in 0 .. Len(log[p])
    /\ \A i \in 2 .. Len(log[p]) : log[p][i - 1].term <= log[p][i].term

-----------------------------------------------------------------------------
(* What must be violated, or the above would hold for want of anything happening *)

NobodyCommits == \A p \in Process : commit[p] = 0

NobodySucceeds == \A p \in Leading : \A i \in 1 .. commit[p] : log[p][i].term = term[p]

=============================================================================
