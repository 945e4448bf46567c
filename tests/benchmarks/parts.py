"""Every benchmark of the report: how it is measured at one size, and how its section looks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from service.app.stack.configuration import Configuration
from tests.benchmarks import (
    aggregate,
    attachments,
    attacker,
    change_log,
    documents_many,
    grants,
    hand_over,
    history,
    lists,
    masked,
    nested,
    outbox,
    own_field_index,
    paging,
    peer,
    policy_change,
    search,
    sign_in,
    subscriptions,
    wide,
    writing,
)
from tests.engines import Database


@dataclass(frozen=True)
class Pace:
    """How often and how long each thing is driven."""

    rounds: int
    seconds: float
    configuration: Configuration


@dataclass(frozen=True)
class Part:
    name: str
    title: str
    measure: Callable[[int, Database, Pace], Any]
    """One finding or several, at so many customers."""
    table: Callable[[list[Any]], str]
    explained: str
    sizes: tuple[int, ...] = ()
    """Measured at these sizes only; at all if none is named."""


_NESTED = """\
- **ours, baseline**: requests a second of one API process under four connections, each sending its next request when it
  is answered. The request is the nested list: 50 customers × (10 fields + 2 contacts × 6 + 5 follow-ups × 4), as a
  sales person who owns every second of them; for the others contacts are masked. Sign-in, guards and masks are on. Both
  answer the same data (compared before the first round). The baseline (`tests/benchmarks/baseline`) is Strawberry with
  Tortoise's `prefetch_related`, object by object, with the same sign-in and the same masks in Python.
- **× baseline**: the median of the ratios of each round.
- **API CPU**: user and system time of the API process for each request. The statement runs in PostgreSQL's process, so
  this is what a request costs above its statement.
- **pgbench**: the very same prepared statement with the same parameters, four clients; what PostgreSQL alone can do on
  this machine. **of pgbench**: ours as a part of it. pgbench asks for text and gets the bytes of the answer in hex,
  which costs PostgreSQL a little more than the binary form that the API asks for.
- **statements**: how many statements a request runs when person and policy are known (they are read at most every 2 s).
- Each number is the median of several rounds; in a round all are driven one after the other on the same machine, which
  also runs PostgreSQL and the load. A target that is not met says so."""
_PEER = """\
PostGraphile 5.1 as its authors ship it for production (one node process, ten connections, no masking, no sign-in), ours
with sign-in, guards and masks on: requests a second of one process each under four connections, in turns, as the person
who owns half of the rows. Both answer the same numbers of records on every level."""
_CHANGES = """\
One client, one request after the other; change log and outbox are written. Create and submit are two requests: a draft
with one contact, a need and a tag, and its submission with a first communication. **statements**: besides BEGIN and
COMMIT, with the one that reads the payload."""
_WIDE = """\
One customer by its id, with every built-in field, all links to one record, and a hundred fields of one's own. Its owner
asks, who sees all of it; one client."""
_SIGN_IN = """\
Medians of `signIn` for an account that exists, for one that does not, and under the other name of a person who is
locked (SEC-A5): the time does not tell them apart."""
_POLICY = """\
An administrator turns a cell over while two API processes answer 500 requests a second: the time from the answer to his
mutation until the last answer by the old policy, from either process."""
_OWN_FIELD = """\
A filter that finds one customer by a text of a field of one's own, before and after the indexes that an administrator
asked for (one for equality and order, one of trigrams), in medians. While they are built, two connections go on
changing that field of customers."""
_DOCUMENTS = """\
A thousand different documents in turn, until there were 100,000 requests: what the API process holds in memory, and the
largest of PostgreSQL's processes without what all of them share."""
_SUBSCRIPTIONS = """\
A thousand subscriptions to one customer on one API process, fifty people with twenty each; somebody changes the
customer: how long until the last one has it."""
_ATTACKER = """\
One person asks the dearest questions as fast as the allowance lets him: what he takes of the processors, and how long
the answers to somebody else take meanwhile. Below, what a unit of cost takes, question by question."""
_OUTBOX = """\
Messages from the outbox to the broker, and done by one worker with two processes; then one at a time, from commit
to the end of the effect."""
_SEARCH = """\
The first 50 by rank, with page info, one client. Each term is asked for again and again: what PostgreSQL plans and
reads is the same each time, but its pages are in memory."""
_CHANGE_LOG = """\
The same updates of customers with the change log and without it, in turns, in processor time of the process and of
PostgreSQL; "without" leaves the events of subscriptions out too, which go in the same statement. Then a million rows
are sealed, and `crm audit verify` checks all of them."""
_HISTORY = """\
One customer as it is, and as it was after half of a thousand changes of three fields, in turns, as its owner; one
client."""
_GRANTS = """\
Lists of one person who sees contacts of a tenth of all customers, without access grants and with one that is about so
many of them, spread evenly, in turns; one client. What a grant opens is found in the answer and noted once an hour:
here the first request of each list does."""
_ATTACHMENTS = """\
Photos that wait in quarantine and are completed all at once: from there to CLEAN, with one worker of two processes and
a real clamd with one signature. **clamd alone**: what it scans in a second of the same files over eight connections, in
the same run. Pictures are drawn afterwards by the same worker. All of it, the object store and clamd too, shares two
processors."""
_HAND_OVER = """\
All customers of one person go to another, all or nothing, by the job's own code in one process, with the change log.
The size of a batch follows how long the last one took. Meanwhile somebody else wants to lock customers whose turn it
is: what he waits is what a hand-over costs others."""

PARTS: tuple[Part, ...] = (
    Part("nested", "The nested list", lambda n, d, p: nested.measure(n, d, rounds=p.rounds, seconds=p.seconds),
         nested.section, _NESTED),
    Part("peer", "The best known peer", lambda n, d, p: peer.measure(n, d, rounds=p.rounds, seconds=p.seconds),
         peer.section, _PEER),
    Part("pages", "Deep pages", lambda n, d, p: paging.measure(n, d, rounds=p.rounds, seconds=p.seconds),
         paging.section, "50 rows with page info, by cursor, one client."),
    Part("lists", "Other lists", lambda n, d, p: lists.measure(n, d, seconds=p.seconds / 2),
         lists.section, "The first 50 rows, one client."),
    Part("masked", "Filters and orders on masked fields", lambda n, d, p: masked.measure(n, d, seconds=p.seconds / 2),
         masked.section, "The first 50 rows, one client, as people who may see so much of the field."),
    Part("search", "The search box", lambda n, d, p: search.measure(n, d, seconds=p.seconds / 4),
         search.section, _SEARCH),
    Part("aggregates", "Counts and groups", lambda n, d, p: aggregate.measure(n, d, seconds=p.seconds / 2),
         aggregate.section, "Over everything that exists for the viewer, one client."),
    Part("changes", "Changes", lambda n, d, p: writing.measure(n, d, rounds=p.rounds), writing.section, _CHANGES),
    Part("wide", "A wide record", lambda n, d, p: wide.measure(n, d, rounds=p.rounds, seconds=p.seconds),
         wide.section, _WIDE),
    Part("sign_in", "A wrong password", lambda n, d, p: sign_in.measure(n, d, rounds=p.rounds),
         sign_in.section, _SIGN_IN),
    Part("policy", "A change of the policy", lambda n, d, p: policy_change.measure(n, d, rounds=p.rounds),
         policy_change.section, _POLICY),
    Part("own_field", "An index of a field of one's own",
         lambda n, d, p: own_field_index.measure(n, d, seconds=p.seconds / 2), own_field_index.section, _OWN_FIELD),
    Part("documents", "A thousand documents", lambda n, d, _: documents_many.measure(n, d), documents_many.section,
         _DOCUMENTS, (10_000,)),
    Part("subscriptions", "A thousand subscriptions", lambda _n, d, p: subscriptions.measure(d, p.rounds),
         subscriptions.section, _SUBSCRIPTIONS, (10_000,)),
    Part("attacker", "Somebody at the limit", lambda n, d, p: attacker.measure(n, d, seconds=2 * p.seconds),
         attacker.section, _ATTACKER, (100_000,)),
    Part("outbox", "Background work", lambda _n, d, p: outbox.measure(outbox.JOBS, d, p.configuration), outbox.section,
         _OUTBOX, (10_000,)),
    Part("change_log", "The change log", lambda _n, d, _: change_log.measure(change_log.ROWS, d), change_log.section,
         _CHANGE_LOG, (10_000,)),
    Part("history", "A record as it was", lambda n, d, p: history.measure(n, d, rounds=p.rounds, seconds=p.seconds),
         history.section, _HISTORY),
    Part("grants", "Lists under access grants",
         lambda n, d, p: grants.measure(n, d, rounds=p.rounds, seconds=p.seconds), grants.section, _GRANTS),
    Part("attachments", "Checked files", lambda _n, d, p: attachments.measure(d, p.configuration, p.rounds),
         attachments.section, _ATTACHMENTS, (10_000,)),
    # Last: customers belong to others afterwards.
    Part("hand_over", "A hand-over", lambda n, d, p: hand_over.measure(n, d), hand_over.section, _HAND_OVER),
)  # fmt: skip
