#!/usr/bin/env python3
"""Recomputes every number of a run of llmload from its records.jsonl, by the formulas of docs/*.md alone.

usage: verify_summary.py [--quiet] [--llmload BINARY] DIR...

DIR has records.jsonl, and summary.json, performance_metrics.csv and/or table.txt (the run's standard output) as the run
wrote them. Nothing of llmload's code is used: this is a second implementation of docs/metrics.md, docs/csv.md,
docs/summary.md, docs/records.md and docs/own_error.md. With --llmload, `report` is run, too, and its bytes are compared.

Each number is put into one class:
  exact    the same double, or within 1e-12 of it (the order of a sum)
  hist     a percentile within 0.1 % of numpy's, of a metric that is kept in a histogram
  csv, table, report, records   cells, and files, and records that agree
  DIFF     none of these
Also checked: each record in itself (order of stamps, events against counts), and the counts against one another.
Exit code: 0 no DIFF and no broken record, 1 there is one, 2 nothing to check. Standard library only.

The module synthetic_records.py beside this makes files that no run would give.

Where the documents leave a choice, it is made as llmload does, with a comment beginning "docs/..." here.
"""
import argparse
import csv
import io
import json
import math
import os
import re
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict

PERCENTILES = (('p50', .5), ('p90', .9), ('p95', .95), ('p99', .99), ('p999', .999))
OUTCOMES = ['incomplete', 'stream_error', 'content_filtered', 'rate_limited', 'http_3xx', 'http_4xx', 'http_5xx',
            'bad_response', 'too_large', 'dns_failed', 'connect_failed', 'connect_timeout', 'tls_failed', 'tls_timeout',
            'first_byte_timeout', 'first_token_timeout', 'idle_timeout', 'total_timeout', 'reset', 'cancelled',
            'generation_failed']
HISTOGRAMS = {'itl_ms', 'event_gap_ms', 'queue_wait_ms', 'dispatch_lag_ms'}
UNCERTAIN = ('ttft_ms', 'tpot_ms', 'event_gap_ms')
MOST_REASONS = 64  # finish reasons that are counted apart
TOGETHER = 1_000_000  # ns
MOST_BYTES = 16  # of a token, without a tokenizer
MOST_RAW = 1_000_000  # samples of any other metric; from there on it is kept in a histogram, too


# ---- what docs/metrics.md says of a request -------------------------------------------------------------------------

def get(record, name):
    return record.get(name)


def start(record):
    scheduled = get(record, 'scheduled_ns')
    return scheduled if scheduled is not None else get(record, 'dispatched_ns')


def ms(begin, end):
    return None if begin is None or end is None else (end - begin) / 1e6


def first_of(*values):
    return next((v for v in values if v is not None), None)


def e2e(record):
    return ms(start(record), get(record, 'done_ns'))


def service(record, until):
    sent, first_byte = get(record, 'sent_ns'), get(record, 'first_byte_ns')
    if sent is not None and first_byte is not None and first_byte < sent:
        return None
    return ms(sent, get(record, until))


def service_e2e(record):
    return service(record, 'done_ns')


def service_ttft(record):
    return service(record, 'first_token_ns')


def queue_wait(record):
    return ms(get(record, 'scheduled_ns'), get(record, 'admitted_ns'))


def events(record):
    return get(record, 'events') or []


def first_and_last(record):
    """Token events; of an answer whose text was dropped its stamps tell them."""
    if record.get('text_dropped'):
        return get(record, 'first_token_ns'), get(record, 'last_token_ns')
    ev = events(record)
    return (ev[0][0], ev[-1][0]) if ev else (None, None)


def ttft(record):
    return ms(start(record), first_and_last(record)[0])


def ttfo(record):
    at = next((e[0] for e in events(record) if e[3] != 1), None)
    return ms(start(record), at)


def first_tool_call(record):
    at = next((e[0] for e in events(record) if e[3] == 2), None)
    return ms(start(record), at)


def lengths(records, plan):
    """Those whose output tokens are known, with them: without BOS, and by usage where no tokenizer counted."""
    by_usage = plan.get('counts_by') == 'usage'
    known = [(r, r.get('usage_completion_tokens') if by_usage or r.get('output_tokens') is None else r['output_tokens'])
             for r in records]
    return [(r, n) for r, n in known if n is not None]


def own_counts(plan):
    """Tokens are the tokenizer's; else those of `usage` alone (TOKENS_FROM)."""
    return plan['tokenizer'] and plan.get('counts_by') != 'usage'


def tokens_of(record, plan, name, usage_name, bos):
    own = get(record, name) if own_counts(plan) else None
    if own is None:
        return get(record, usage_name)
    return own + (1 if bos and plan['count_bos'] else 0)


def output_tokens(record, plan, bos=False):
    """By the tokenizer, else by usage; with `bos`, COUNT_BOS adds one to the tokenizer's."""
    return tokens_of(record, plan, 'output_tokens', 'usage_completion_tokens', bos)


def prompt_tokens(record, plan, bos=False):
    return tokens_of(record, plan, 'prompt_tokens', 'usage_prompt_tokens', bos)


def timed_tokens(record, plan):
    """Those between the first stamp and the last: reasoning by usage, whose text did not come, was before them."""
    n, thoughts = output_tokens(record, plan), get(record, 'usage_reasoning_tokens') or 0
    own = own_counts(plan) and get(record, 'output_tokens') is not None
    if n is None or own or thoughts > n or any(e[3] == 1 for e in events(record)):
        return n
    if record.get('text_dropped') and thoughts:
        return None
    return n - thoughts


def tpot(record, plan):
    n = timed_tokens(record, plan)
    first, last = first_and_last(record)
    if first is None or n is None or n < 2 or first == last:
        return None
    return ms(first, last) / (n - 1)


def earliest_times(record):
    """When each event can have arrived at the earliest."""
    times = [e[0] for e in events(record)]
    for first, count, at in get(record, 'bounds') or []:
        times[first:first + count] = [at] * count
    return times


def at_earliest(record):
    """The record with these times; events that then come at different times share no arrival."""
    times, moved = earliest_times(record), []
    for i, (_, text_end, tokens, kind, merged) in enumerate(events(record)):
        moved.append([times[i], text_end, tokens, kind, merged and times[i] == times[i - 1]])
    return {**record, 'events': moved}


def came_together(record):
    """Events that share a read with the one before, and neither of the two can be 1 ms ahead of the other."""
    ev, times = events(record), earliest_times(record)
    return sum(bool(ev[i][4]) and max(ev[i][0] - times[i - 1], ev[i - 1][0] - times[i]) <= TOGETHER
               for i in range(1, len(ev)))


def arrivals(record):
    """(time, tokens) of each arrival: events that came in one read are one, at the time of the last of them."""
    groups = []
    for at, _, tokens, _, merged in events(record):
        if merged and groups:
            groups[-1] = (at, groups[-1][1] + tokens)
        else:
            groups.append((at, tokens))
    return groups


def gaps(record):
    a = arrivals(record)
    return [a[i][0] - a[i - 1][0] for i in range(1, len(a))]


def itls(record):
    """(ns, times): gap / k, k times, whole nanoseconds that add up; a gap without a token is added to the next."""
    if get(record, 'output_tokens') is None:
        return []
    samples, carried, a = [], 0, arrivals(record)
    for i in range(1, len(a)):
        carried += a[i][0] - a[i - 1][0]
        k = a[i][1]
        if k == 0:
            continue
        longer = carried % k
        samples += [(carried // k, k - longer), (carried // k + 1, longer)]
        carried = 0
    return [s for s in samples if s[1]]


def dispatch_lag(record, own_connections):
    sent, admitted = get(record, 'sent_ns'), get(record, 'admitted_ns')
    if sent is None or admitted is None or (get(record, 'attempts') or 1) > 1:
        return None
    lag = sent - admitted
    if own_connections:
        opened = first_of(get(record, 'tls_done_ns'), get(record, 'tcp_connected_ns'))
        if opened is not None:
            lag -= opened - get(record, 'dispatched_ns')
    return lag


def is_good(record, plan, limits):
    if record['outcome'] != 'ok':
        return False
    n = timed_tokens(record, plan)
    for name, value in (('e2e_ms', e2e(record)), ('ttft_ms', ttft(record)), ('tpot_ms', tpot(record, plan))):
        limit = limits.get(name)
        if limit is None or (name == 'tpot_ms' and n is not None and n < 2):
            continue
        if value is None or value > limit:
            return False
    return True


# ---- distributions --------------------------------------------------------------------------------------------------

def percentile(ordered, q):
    """numpy's linear one."""
    h = (len(ordered) - 1) * q
    low = math.floor(h)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (h - low) * (ordered[high] - ordered[low])


def distribution(values):
    values = [v for v in values if v is not None]
    if not values:
        return None
    ordered = sorted(values)
    mean = math.fsum(ordered) / len(ordered)
    sd = math.sqrt(math.fsum((v - mean) ** 2 for v in ordered) / (len(ordered) - 1)) if len(ordered) > 1 else 0.0
    d = {'count': len(ordered), 'mean': mean, 'sd': sd, 'min': ordered[0], 'max': ordered[-1]}
    for name, q in PERCENTILES:
        d[name] = percentile(ordered, q)
    return d


def distribution_ns(samples):
    """Of (ns, times), exactly, in ms."""
    counts = Counter()
    for ns, times in samples:
        counts[ns] += times
    n = sum(counts.values())
    if not n:
        return None
    total = sum(v * c for v, c in counts.items())
    squares = sum(v * v * c for v, c in counts.items())
    variance = (n * squares - total * total) / (n * (n - 1)) if n > 1 else 0.0
    ordered = sorted(counts)
    ranks, seen = [], 0
    for v in ordered:
        seen += counts[v]
        ranks.append(seen)

    def at(rank):
        low, high = 0, len(ranks) - 1
        while low < high:
            middle = (low + high) // 2
            if ranks[middle] > rank:
                high = middle
            else:
                low = middle + 1
        return ordered[low]
    d = {'count': n, 'mean': total / n / 1e6, 'sd': math.sqrt(variance) / 1e6, 'min': ordered[0] / 1e6,
         'max': ordered[-1] / 1e6}
    for name, q in PERCENTILES:
        h = (n - 1) * q
        low = math.floor(h)
        a, b = at(low), at(min(low + 1, n - 1))
        d[name] = (a + (h - low) * (b - a)) / 1e6
    return d


def mean_of(distribution_):
    return distribution_['mean'] if distribution_ else None


# ---- a stage --------------------------------------------------------------------------------------------------------

def cost_of(records, price):
    """By the server's usage, which bills, else by the tokenizer; of all records, measured or not."""
    if not price:
        return None
    prompts = outputs = 0
    for r in records:
        own = (r.get('prompt_tokens') or 0) + (r.get('system_tokens') or 0) if r.get('prompt_tokens') is not None else 0
        prompts += r['usage_prompt_tokens'] if r.get('usage_prompt_tokens') is not None else own
        outputs += r['usage_completion_tokens'] if r.get('usage_completion_tokens') is not None else r.get('output_tokens') or 0
    return (prompts * price['input_per_million'] + outputs * price['output_per_million']) / 1e6


def window_of(plan_stage, end, talks):
    """The measured window where its times are known before the stage (docs/metrics.md), else None."""
    known = (talks or plan_stage['warmup_ns'] or plan_stage['cooldown_ns']) and plan_stage['duration_ns'] and \
        not plan_stage['requests'] and not plan_stage['warmup_requests']
    if not known:
        return None
    first = plan_stage['warmup_ns']
    last = first + plan_stage['duration_ns']
    stopped = end.get('stopped_at_ns')
    if stopped is not None:
        last = min(last, stopped)
    return (first, max(first, last))


def conversations(measured, stage):
    """docs/metrics.md, Conversations."""
    first = [r for r in measured if r.get('turn', 0) == r.get('first_turn', 0)]
    done = sum(r['outcome'] == 'ok' and r.get('turn', 0) + 1 == r.get('turns', 1) for r in measured)
    turns = sum(r.get('turns', 1) - r.get('first_turn', 0) for r in first)
    planned = stage['rate'] * turns / len(first) if first and stage.get('rate') else None
    return {'begun': len(first), 'done': done, 'broken_off': len(first) - done, 'turns': turns,
            'planned_requests_per_second': planned}


def server(said):
    """What the stage's line has of the server's own metrics: levels and shares in millionths."""
    def level(name):
        return {'mean': said[name][0] / 1e6, 'max': said[name][1] / 1e6} if name in said else None
    return {'scrapes': said['scrapes'], 'scrapes_failed': said['failed'],
            'prefix_hit_share': said['prefix_hit_share'] / 1e6 if 'prefix_hit_share' in said else None,
            **{name: level(name) for name in ('running', 'queued', 'kv_cache_share')},
            **{name: said.get(name) for name in ('prefix_queries', 'prefix_hits', 'preemptions')}}


def rate_limits(records):
    by = {}
    for r in records:
        for at, requests, tokens, used in get(r, 'limits') or []:
            if at < 0:
                continue
            by.setdefault(at // 1_000_000_000, []).append((requests, tokens, used))
    if not by:
        return None
    width = 1
    while len({second // width for second in by}) > 1000:
        width *= 2
    merged = defaultdict(list)
    for second, points in by.items():
        merged[second // width].extend(points)
    out = []
    for slot in sorted(merged):
        point = merged[slot]

        def pick(i, how):
            values = [p[i] for p in point if p[i] is not None]
            return how(values) if values else None
        used = pick(2, max)
        out.append({'at_seconds': slot * width, 'remaining_requests': pick(0, min), 'remaining_tokens': pick(1, min),
                    'utilization': None if used is None else used / 1e6})
    return out


def recompute(plan, number, records, end):
    """The stage's object of summary.json, as docs/summary.md has it, and what the CSV needs beside it."""
    stage = plan['stages'][number]
    open_loop = 'arrival' in stage
    measured = [r for r in records if r['measured']]
    ok = [r for r in measured if r['outcome'] == 'ok']
    all_ok = [r for r in records if r['outcome'] == 'ok']
    s = {}
    s['loop'] = 'open' if open_loop else 'closed'
    s['concurrency'] = stage['concurrency'] or None
    s['requests_per_level'] = stage['requests']
    s['duration_seconds'] = stage['duration_ns'] / 1e9
    s['warmup_requests'] = stage['warmup_requests']
    s['warmup_seconds'] = stage['warmup_ns'] / 1e9
    s['cooldown_seconds'] = stage['cooldown_ns'] / 1e9
    if 'ramp_up_ns' in stage:
        s['ramp_up_seconds'] = stage['ramp_up_ns'] / 1e9
    s['arrival'] = stage.get('arrival')
    s['request_rate'] = stage.get('rate') or None
    # docs/summary.md: null in a closed loop; without a cap, where nothing can be full, it is null as well
    s['when_full'] = stage.get('when_full') if open_loop and stage['concurrency'] else None
    s['schedule_hash'] = (end.get('schedule_hash') or None) if open_loop else None
    s['planned'] = end.get('planned')
    s['dropped'] = end.get('dropped')
    s['requests'] = len(measured)
    s['not_started'] = s['planned'] - s['requests'] - s['dropped']
    s['ok'] = len(ok)
    s['failed'] = len(measured) - len(ok)
    s['outcomes'] = dict(Counter(r['outcome'] for r in measured))
    s['outside_window'] = len(records) - len(measured)
    s['outside_failed'] = sum(not r['measured'] and r['outcome'] != 'ok' for r in records)
    by_shard = Counter(r['shard'] for r in records)  # of warm-up and cool-down, too: docs/summary.md does not say
    s['requests_by_shard'] = [by_shard[k] for k in range(plan['cores'])]
    s['started_at'] = end.get('started_at_ns')
    s['started_at_utc'] = end.get('started_at_utc')
    s['interrupted'] = end.get('interrupted')
    s['too_many_errors'] = end.get('too_many_errors')
    s['budget_spent'] = end.get('budget_spent', False)
    s['cost'] = cost_of(records, plan.get('price'))

    # wall and rates
    talks = plan.get('conversations')
    window = window_of(stage, end, talks)
    warm = stage['warmup_requests'] or stage['warmup_ns']
    wall = None
    if window:
        wall = (window[1] - window[0]) / 1e9 or None
    elif ok:
        begin = min(start(r) for r in measured) if warm else 0
        wall = (max(r['done_ns'] for r in ok) - begin) / 1e9
    s['wall_seconds'] = wall
    s['tail_seconds'] = None
    if ok and not window:
        last = max(r['done_ns'] for r in ok)
        failed = [r['ended_ns'] for r in measured if r['outcome'] != 'ok' and get(r, 'ended_ns') is not None]
        s['tail_seconds'] = (max(failed + [last]) - last) / 1e9
    tokenizer = plan['tokenizer']

    # A sum over the stage is there where each successful answer's part is known. docs/csv.md says otherwise: "a number
    # that no request could give is an empty cell".
    def all_known(tokens):
        return bool(ok) and all(tokens(r, plan) is not None for r in ok)
    rates = {}
    if window:
        length = (window[1] - window[0]) / 1e9
        inside = [r for r in all_ok if window[0] <= r['done_ns'] < window[1]]
        outs = []
        for r in all_ok:
            by_tokens = tokenizer and r.get('output_tokens') is not None
            parts = [(e[0], e[2] if by_tokens else 1) for e in events(r)]
            if not sum(part for _, part in parts):
                parts = [(r['done_ns'], 1)]
            # the token of COUNT_BOS is spread with the others
            share = sum(p for at, p in parts if window[0] <= at < window[1]) / sum(p for _, p in parts)
            first, last = first_and_last(r)
            if r.get('text_dropped') and first is not None and last > first:
                share = (min(max(last, window[0]), window[1]) - min(max(first, window[0]), window[1])) / (last - first)
            if share:
                n = output_tokens(r, plan, True)
                outs.append(None if n is None else n * share)
        prompts = [prompt_tokens(r, plan, True) for r in inside]

        def rate(parts, tokens):
            known = None not in parts and any(tokens(r, plan) is not None for r in all_ok)
            return math.fsum(parts) / length if known else None
        if length > 0:
            rates['requests_per_second'] = len(inside) / length
            rates['output_tokens_per_second'] = rate(outs, output_tokens)
            rates['input_tokens_per_second'] = rate(prompts, prompt_tokens)
    elif wall:
        outs = [output_tokens(r, plan, True) for r in ok]
        prompts = [prompt_tokens(r, plan, True) for r in ok]
        rates['requests_per_second'] = len(ok) / wall
        rates['output_tokens_per_second'] = sum(outs) / wall if all_known(output_tokens) else None
        rates['input_tokens_per_second'] = sum(prompts) / wall if all_known(prompt_tokens) else None
    for name in ('requests_per_second', 'output_tokens_per_second', 'input_tokens_per_second'):
        s[name] = rates.get(name)

    # each request's rate, with BOS as in the original
    counted = [(r, output_tokens(r, plan, True)) for r in ok if output_tokens(r, plan) is not None]
    own = [n / (e2e(r) / 1e3) if e2e(r) else 0. for r, n in counted]
    known = all_known(output_tokens)
    s['mean_output_tokens_per_second_per_request'] = math.fsum(own) / len(own) if known else None
    s['below_threshold'] = sum(v < plan['threshold_tps'] for v in own) if known else None
    s['output_tokens'] = sum(n for _, n in counted) if known else None
    s['reasoning_tokens'] = sum(r.get('reasoning_tokens') or 0 for r in ok) if own_counts(plan) and known else None
    s['tool_tokens'] = sum(r.get('tool_tokens') or 0 for r in ok) if own_counts(plan) and known else None
    usage = [r.get('usage_completion_tokens') for r in ok]
    s['usage_output_tokens'] = sum(usage) if usage and None not in usage else None
    for name in ('usage_cached_tokens', 'usage_reasoning_tokens', 'shared_tokens'):
        said = [r[name] for r in ok if r.get(name) is not None]
        s[name] = sum(said) if said else None
    s['usage_ratio'], s['token_doubt'] = usage_doubt(ok)
    s['finish_reasons'] = finish_reasons(measured)
    short = [10 * n < 9 * r['max_tokens'] for r, n in counted]
    s['short_outputs'] = sum(short) if short else None
    off = [abs(n - r['max_tokens']) for r, n in lengths(ok, plan)] if plan.get('exact_output') else []
    s['length_difference'] = distribution(off)
    s['length_mismatch'] = sum(x != 0 for x in off) / len(off) if off else None
    beyond = [r['usage_prompt_tokens'] - r['prompt_tokens'] - (r.get('system_tokens') or 0) for r in ok
              if r.get('usage_prompt_tokens') is not None and r.get('prompt_tokens') is not None]
    s['template_tokens'] = {'mean': sum(beyond) / len(beyond), 'min': min(beyond), 'max': max(beyond)} if beyond else None
    s['text_dropped'] = sum(bool(r.get('text_dropped')) for r in ok)
    s['stale_answers'] = sum(r.get('stale_answers') or 0 for r in measured)
    s['attempts'] = sum(r.get('attempts') or 1 for r in measured)
    s['retried'] = sum((r.get('attempts') or 1) > 1 for r in measured)
    s['rate_limits'] = rate_limits(records)
    s['reconnects'] = sum(r.get('reconnects') or 0 for r in measured)
    s['cold_requests'] = sum(not r.get('connection_reused') for r in measured)
    timed = [r['time_source'] for r in measured if r.get('time_source') and r.get('first_byte_ns') is not None]
    sources = set(timed)
    # docs/summary.md: 0 where no answer came, though nothing is known of it
    s['read_timed_share'] = sum(source != 'kernel' for source in timed) / len(timed) if timed else 0.
    s['time_source'] = None if not sources else sources.pop() if len(sources) == 1 else 'mixed'
    s['p99_supported'] = len(ok) >= 299
    s['p999_supported'] = len(ok) >= 2995

    # metrics
    s['e2e_ms'] = distribution(map(e2e, ok))
    s['service_e2e_ms'] = distribution(map(service_e2e, ok))
    s['service_ttft_ms'] = distribution(map(service_ttft, ok))
    waits = [queue_wait(r) for r in ok] if open_loop or plan['quota'] else []
    queues = plan['quota'] or (open_loop and stage['concurrency'] and stage.get('when_full') == 'queue')
    s['queue_wait_ms'] = distribution_ns((round(w * 1e6), 1) for w in waits if w is not None) if queues else None
    s['resolve_ms'] = distribution(ms(get(r, 'opening_ns'), get(r, 'resolved_ns')) for r in ok)
    s['connect_ms'] = distribution(ms(first_of(get(r, 'resolved_ns'), get(r, 'opening_ns')), get(r, 'tcp_connected_ns'))
                                   for r in ok)
    s['tls_ms'] = distribution(ms(get(r, 'tcp_connected_ns'), get(r, 'tls_done_ns')) for r in ok)
    s['ttft_ms'] = distribution(map(ttft, ok))
    s['ttfo_ms'] = distribution(map(ttfo, ok))
    s['cached_tokens'] = distribution(get(r, 'usage_cached_tokens') for r in ok)
    if talks:
        s['conversations'] = conversations(measured, stage)
    s['first_tool_call_ms'] = distribution(map(first_tool_call, ok))
    s['tpot_ms'] = distribution(tpot(r, plan) for r in ok)
    s['itl_ms'] = distribution_ns(x for r in ok for x in itls(r))
    s['event_gap_ms'] = distribution_ns((g, 1) for r in ok for g in gaps(r))
    s['tokens_per_event'] = distribution(output_tokens(r, plan) / len(events(r)) for r in ok
                                         if events(r) and output_tokens(r, plan) is not None)
    s['request_output_rate'] = distribution(output_tokens(r, plan) / (e2e(r) / 1e3) for r in ok
                                            if output_tokens(r, plan) is not None and e2e(r))
    s['request_prompt_rate'] = distribution(prompt_tokens(r, plan) / (service_ttft(r) / 1e3) for r in ok
                                            if prompt_tokens(r, plan) is not None and service_ttft(r))
    s['retry_wait_ms'] = distribution((r.get('retry_wait_ns') or 0) / 1e6 for r in ok if (r.get('attempts') or 1) > 1)
    if any(r.get('bounds') for r in ok):
        early = [at_earliest(r) for r in ok]
        earliest = {'ttft_ms': distribution(map(ttft, early)), 'tpot_ms': distribution(tpot(r, plan) for r in early),
                    'event_gap_ms': distribution_ns((g, 1) for r in early for g in gaps(r))}
    else:
        earliest = {name: s[name] for name in UNCERTAIN}
    for name in UNCERTAIN:
        for part in ('p50', 'p99') if s[name] else ():
            s[name]['uncertainty_' + part] = abs(s[name][part] - earliest[name][part]) if earliest[name] else None
    later = sum(len(events(r)) - 1 for r in ok if events(r))
    s['merged_share'] = sum(e[4] for r in ok for e in events(r)) / later if later else None
    s['together_share'] = sum(map(came_together, ok)) / later if later else None
    firsts = [r for r in ok if first_and_last(r)[0] is not None]
    s['first_token_merged_share'] = sum(bool(r.get('first_token_merged')) for r in firsts) / len(firsts) if firsts else None

    limits = plan['goodput']
    s['goodput'] = s['good_share'] = None
    if limits:
        good = [r for r in measured if is_good(r, plan, limits)]
        begun = len(measured) + s['dropped']
        s['good_share'] = len(good) / begun if begun else None
        if window:
            good_in = [r for r in all_ok if window[0] <= r['done_ns'] < window[1] and is_good(r, plan, limits)]
            s['goodput'] = len(good_in) / wall if wall else None
        elif wall:
            s['goodput'] = len(good) / wall

    lags = [dispatch_lag(r, plan['connection'] == 'per-request') for r in measured] if open_loop or talks else []
    oe = {'dispatch_lag_ms': distribution_ns((v, 1) for v in lags if v is not None)}
    for name in ('read_lag', 'loop_lag', 'prepare_lag', 'turnaround'):
        a = end.get(name + '_ns')
        oe[name + '_ms'] = None if a is None else dict(zip(
            ('count', 'mean', 'sd', 'min', 'max', 'p50', 'p90', 'p95', 'p99', 'p999'), [a[0]] + [v / 1e6 for v in a[1:]]))
    for name in ('cpu', 'wait', 'busy'):
        oe[name + '_shares'] = [v / 1e6 for v in end.get(name + '_millionths', [])]
    s['own_error'] = oe
    s['own_error_p99'] = stage.get('own_error_p99')
    if 'server' in end:
        s['server'] = server(end['server'])

    s['invalid'] = invalid(s, end)
    s['valid'] = not s['invalid']
    return s


def finish_reasons(records):
    counts = Counter()
    for r in records:
        reason = r.get('finish_reason')
        if reason:
            counts[reason if reason in counts or len(counts) < MOST_REASONS else '(others)'] += 1
    return dict(counts)


def in_doubt(more, less, answers, unit=1):
    """Whether the count is more than 1.5 times the other, and more than a token (of `unit`) an answer above it."""
    return 2 * more > 3 * less and more - less > answers * unit


def usage_doubt(ok):
    """usage_ratio, and the two counts that are in doubt, or None."""
    both = own = usage = 0
    alone, alone_usage, alone_bytes = 0, 0, 0
    streams, streams_usage, streams_bytes = 0, 0, 0
    for r in ok:
        n, thoughts = r.get('usage_completion_tokens'), r.get('usage_reasoning_tokens')
        if n is None:
            continue
        apart = thoughts is not None and thoughts <= n
        n -= thoughts if apart else 0
        if r.get('output_tokens') is not None:
            both += 1
            usage += n
            own += r['output_tokens'] - ((r.get('reasoning_tokens') or 0) if apart else 0)
            continue
        text = sum(max([e[1] for e in events(r) if e[3] == kind], default=0) for kind in (0, 1, 2))
        alone += 1
        alone_usage += n
        if not r.get('streamed') or r.get('text_dropped'):
            text = r.get('text_bytes')
        alone_bytes += r['body_bytes'] if text is None else text
        if text is not None and not apart:
            streams += 1
            streams_usage += n
            streams_bytes += text
    ratio = usage / own if own else None
    if in_doubt(max(usage, own), min(usage, own), both):
        return ratio, (usage, own)
    if in_doubt(alone_usage, alone_bytes, alone):
        return ratio, (alone_usage, alone_bytes)
    if in_doubt(streams_bytes, MOST_BYTES * streams_usage, streams, MOST_BYTES):
        return ratio, (streams_usage, streams_bytes)
    return ratio, None


def invalid(s, end):
    """(code, value, limit) of each reason, by the table of docs/own_error.md."""
    why = []

    def above(code, value, limit):
        if value is not None and value > limit:
            why.append((code, value, limit))
            return True
        return False
    if s['requests'] and not s['ok'] and not s['interrupted']:
        why.append(('all_failed', None, None))
    if s['dropped'] and not s['requests']:
        why.append(('all_dropped', None, None))
    if not s['requests'] and not s['dropped'] and end.get('stopped_at_ns') is None:
        why.append(('none_measured', None, None))
    own, gap, streamed = s['own_error'], s['event_gap_ms'], s['service_ttft_ms']
    lag = own['dispatch_lag_ms']
    if lag:
        above('sent_late', lag['p99'], max(1, .01 * streamed['p50'] if streamed else 0))
    pace = max(1, .01 * s['e2e_ms']['p50'] if s['e2e_ms'] else 0)
    if own['prepare_lag_ms']:
        above('prepared_late', own['prepare_lag_ms']['p99'], pace)
    if own['turnaround_ms'] and s['wall_seconds'] and s['wall_seconds'] >= .1:
        above('turnaround', own['turnaround_ms']['mean'], pace)
    if own['busy_shares'] and s['wall_seconds'] and s['wall_seconds'] >= .1:
        above('client_busy', max(own['busy_shares']), .9)
    late = own['read_lag_ms'] or own['loop_lag_ms']
    if s['read_timed_share'] > .01 and gap and late:
        above('read_late', late['p99'], .05 * gap['p50'])
    stood = own['loop_lag_ms']
    if stood:
        above('loop_stopped', stood['max'], 200) or above('loop_late', stood['p99'], 20)
    first = s['ttft_ms']
    if first:
        any(above('arrivals_uncertain', first['uncertainty_' + part] or 0, max(1, .01 * first[part])) for part in ('p50', 'p99'))
    for begun, there in ((end.get('begun'), s['requests']), (end.get('outside_window'), s['outside_window'])):
        if begun is not None and begun != there:
            why.append(('accounts', begun, there))
    above('text_dropped', s['text_dropped'] / s['ok'] if s['ok'] else 0, .05)
    above('accounts', s['requests'] + s['dropped'], s['planned'])
    return why


# ---- comparing ------------------------------------------------------------------------------------------------------

# A metric by its key, of the groups (docs/summary.md).
METRICS = ('e2e_ms', 'service_e2e_ms', 'queue_wait_ms', 'resolve_ms', 'connect_ms', 'tls_ms', 'ttft_ms', 'service_ttft_ms',
           'ttfo_ms', 'first_tool_call_ms', 'tpot_ms', 'itl_ms', 'event_gap_ms', 'tokens_per_event', 'merged_share', 'first_token_merged_share',
           'together_share', 'request_output_rate', 'request_prompt_rate', 'retry_wait_ms', 'cached_tokens', 'length_mismatch', 'length_difference')


def groups(plan, number, records, end):
    """The stage's metrics by endpoint and by model where there are several, and by turn where there are conversations. Of
    more than 64 endpoints, models or turns nothing is recomputed."""
    models = plan.get('models') or []
    out = []
    for what, least in (('endpoint', 2), ('model', 1 if len(models) > 1 else 10 ** 9), ('turn', 1 if plan.get('conversations') else 10 ** 9)):
        keys = sorted({r.get(what) or 0 for r in records if r['measured']})
        for key in keys if least <= len(keys) <= 64 else ():
            s = recompute(plan, number, [r for r in records if (r.get(what) or 0) == key], end)
            group = {'group': what, 'key': models[key] if what == 'model' and key < len(models) else str(key)}
            group.update({name: s[name] for name in ('requests', 'ok', 'failed', 'outcomes')})
            group.update({name: s[name] for name in METRICS if s[name] is not None})
            out.append(group)
    return out


class Tally:
    def __init__(self):
        self.classes = Counter()
        self.lines = []
        self.notes = Counter()

    def count(self, what):
        self.classes[what] += 1

    def differ(self, where, theirs, ours):
        self.count('DIFF')
        self.lines.append(f'{where}: llmload {theirs!r}, recomputed {ours!r}')

    def broken(self, where, what):
        self.count('RECORD')
        self.lines.append(f'{where}: {what}')


def close(a, b, rel, absolute=0.0):
    return abs(a - b) <= max(rel * max(abs(a), abs(b)), absolute)


def compare_number(tally, where, theirs, ours, kind=None):
    if theirs is None and ours is None:
        tally.count('exact')
    elif theirs is None or ours is None or isinstance(theirs, str) != isinstance(ours, str):
        tally.differ(where, theirs, ours)
    elif isinstance(ours, (str, bool)) or isinstance(theirs, bool):
        tally.count('exact') if theirs == ours else tally.differ(where, theirs, ours)
    elif theirs == ours or close(theirs, ours, 1e-12):
        tally.count('exact')
    elif kind == 'sd' and close(theirs, ours, 1e-9, 1e-9):
        tally.count('exact')  # of sums whose last bits differ
    elif kind == 'hist' and close(theirs, ours, 1e-3):
        tally.count('hist')
    else:
        tally.differ(where, theirs, ours)


def compare_stage(tally, where, theirs, ours):
    for name, mine in ours.items():
        if name.startswith('_') or name == 'own_error_p99':
            continue
        here = f'{where}.{name}'
        if name not in theirs:
            tally.differ(here, '(absent)', mine)
            continue
        value = theirs[name]
        if name == 'invalid':
            compare_invalid(tally, here, value, mine)
        elif name == 'token_doubt':
            words = re.findall(r'\d+', value or '')
            if (mine is None) != (value is None) or any(str(n) not in words for n in mine or ()):
                tally.differ(here, value, mine)
            else:
                tally.count('exact')
        elif name == 'groups':
            if len(value) != len(mine):
                tally.differ(f'{here} (length)', len(value), len(mine))
            for theirs_of_group, of_group in zip(value, mine):
                compare_stage(tally, f'{here}[{of_group["key"]}]', theirs_of_group, of_group)
        elif name == 'own_error':
            for k, v in mine.items():
                if isinstance(v, list):
                    if len(v) != len(value.get(k) or []):
                        tally.differ(f'{here}.{k}', value.get(k), v)
                    for i, x in enumerate(v):
                        compare_number(tally, f'{here}.{k}[{i}]', (value.get(k) or [None] * len(v))[i], x)
                else:
                    compare_distribution(tally, f'{here}.{k}', value.get(k), v, k)
        elif isinstance(mine, dict) and 'count' in mine or (mine is None and isinstance(value, dict)):
            compare_distribution(tally, here, value, mine, name)
            if ours.get('own_error_p99') and isinstance(value, dict):
                expected = ours['own_error_p99'].get(name)
                alias = {'ttfo_ms': 'ttft_ms', 'first_tool_call_ms': 'ttft_ms', 'itl_ms': 'event_gap_ms'}.get(name)
                expected = ours['own_error_p99'].get(alias) if alias else expected
                compare_number(tally, here + '.own_error_p99', value.get('own_error_p99'), expected)
        elif isinstance(mine, (dict, list)):
            flat_compare(tally, here, value, mine)
        else:
            compare_number(tally, here, value, mine)
    known = set(ours) | {'stage', 'notes', 'commonest_failure'}
    for name in theirs:
        if name not in known:
            tally.notes[f'member of a stage that was not recomputed: {name}'] += 1


def compare_invalid(tally, where, theirs, ours):
    if [reason['code'] for reason in theirs] != [code for code, _, _ in ours]:
        tally.differ(where, [reason['code'] for reason in theirs], ours)
        return
    for reason, (code, value, limit) in zip(theirs, ours):
        kind = 'hist' if code in ('sent_late', 'read_late') else None
        compare_number(tally, f'{where}, value of {code}', reason.get('value'), value, kind)
        compare_number(tally, f'{where}, limit of {code}', reason.get('limit'), limit, kind)
        if not reason.get('text'):
            tally.differ(f'{where}, text of {code}', reason.get('text'), 'a text')


def flat_compare(tally, where, theirs, ours):
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for k in sorted(set(ours) | set(theirs)):
            flat_compare(tally, f'{where}.{k}', theirs.get(k), ours.get(k))
    elif isinstance(ours, list) and isinstance(theirs, list):
        if len(ours) != len(theirs):
            tally.differ(where + ' (length)', len(theirs), len(ours))
        for i, (a, b) in enumerate(zip(theirs, ours)):
            flat_compare(tally, f'{where}[{i}]', a, b)
    else:
        compare_number(tally, where, theirs, ours)


def slack_of_difference(d, part):
    """Of two percentiles of a histogram that are uncertainty_`part` apart, each within 0.1 %."""
    return 1e-3 * (2 * d[part] + (d['uncertainty_' + part] or 0))


def compare_distribution(tally, where, theirs, ours, name):
    if theirs is None or ours is None:
        if theirs is None and ours is None:
            tally.count('exact')
        else:
            tally.differ(where, theirs, ours)
        return
    histogram = name in HISTOGRAMS or ours['count'] > MOST_RAW
    if bool(theirs.get('from_histogram')) != (histogram or name in ('read_lag_ms', 'loop_lag_ms', 'prepare_lag_ms', 'turnaround_ms')):
        tally.differ(f'{where}.from_histogram', theirs.get('from_histogram'), histogram)
    for k in ('count', 'mean', 'sd', 'min', 'max') + tuple(p for p, _ in PERCENTILES):
        kind = None
        if k.startswith('p') and histogram:
            kind = 'hist'
        elif k == 'sd':
            kind = 'sd'
        compare_number(tally, f'{where}.{k}', theirs.get(k), ours.get(k), kind)
    for part in ('p50', 'p99'):
        a, b = theirs.get('uncertainty_' + part), ours.get('uncertainty_' + part)
        if a is not None and b is not None and close(a, b, 0, slack_of_difference(ours, part) if histogram else 1e-9):
            tally.count('hist' if histogram and b else 'exact')
        else:
            compare_number(tally, f'{where}.uncertainty_{part}', a, b)


# ---- the CSV and the table ------------------------------------------------------------------------------------------

def yes(value):
    return 'yes' if value else 'no'


def columns(s):
    """Column name -> value (number, string or None) of docs/csv.md."""
    c = {}

    def metric(label, name, parts, unit='ms'):
        d = s[name]
        for part, key in parts:
            c[f'{part} {label} ({unit})'] = d[key] if d else None
    all6 = (('Mean', 'mean'), ('P50', 'p50'), ('P90', 'p90'), ('P95', 'p95'), ('P99', 'p99'), ('P99.9', 'p999'))
    c['Number of Concurrent Requests'] = s['concurrency']
    metric('Latency', 'e2e_ms', all6[1:] + (('Max', 'max'),))
    c['RPS'] = s['requests_per_second']
    c['Output Tokens per Second'] = s['output_tokens_per_second']
    c['Input Tokens per Second'] = s['input_tokens_per_second']
    c['Average Output Tokens per Second per Request'] = s['mean_output_tokens_per_second_per_request']
    c['Number of Requests Below Threshold'] = s['below_threshold']
    c['Requests'], c['Failed'] = s['requests'], s['failed']
    for name in OUTCOMES:
        c[f'Failed: {name}'] = s['outcomes'].get(name, 0)
    c['Enough Samples for P99'], c['Enough Samples for P99.9'] = yes(s['p99_supported']), yes(s['p999_supported'])
    c['Reconnects'], c['Time Source'], c['Interrupted'] = s['reconnects'], s['time_source'], yes(s['interrupted'])
    for label, name in (('TTFT', 'ttft_ms'), ('Time to First Output Token', 'ttfo_ms'), ('TPOT', 'tpot_ms'),
                        ('ITL', 'itl_ms'), ('Event Gap', 'event_gap_ms')):
        metric(label, name, all6)
    c['Tokens per Event'] = mean_of(s['tokens_per_event'])
    for label, name in (('Merged Share (%)', 'merged_share'), ('First Tokens Merged Share (%)', 'first_token_merged_share'),
                        ('Good Share (%)', 'good_share')):
        c[label] = None if s[name] is None else 100 * s[name]
    metric('Output Rate per Request', 'request_output_rate', all6[:2], 'tokens/s')
    metric('Prompt Rate per Request', 'request_prompt_rate', all6[:2], 'tokens/s')
    c['Goodput (requests/s)'] = s['goodput']
    c['Reasoning Tokens'], c['Tool Tokens'] = s['reasoning_tokens'], s['tool_tokens']
    c['Request Rate (requests/s)'], c['Arrival'] = s['request_rate'], s['arrival']
    for label, name in (('Planned', 'planned'), ('Not Started', 'not_started'), ('Dropped', 'dropped'),
                        ('Outside Window', 'outside_window'), ('Cold Requests', 'cold_requests'),
                        ('Attempts', 'attempts'), ('Retried Requests', 'retried')):
        c[label] = s[name]
    short = (('Mean', 'mean'), ('P50', 'p50'), ('P99', 'p99'))
    metric('Service E2E', 'service_e2e_ms', short)
    metric('Service TTFT', 'service_ttft_ms', short)
    metric('Queue Wait', 'queue_wait_ms', short)
    for label, name in (('Dispatch Lag', 'dispatch_lag_ms'), ('Read Lag', 'read_lag_ms'), ('Loop Lag', 'loop_lag_ms'),
                        ('Prepare Lag', 'prepare_lag_ms'), ('Turnaround', 'turnaround_ms')):
        d = s['own_error'][name]
        c[f'P50 {label} (ms)'], c[f'P99 {label} (ms)'] = (d['p50'], d['p99']) if d else (None, None)
    for label, name in (('Most CPU of a Shard (%)', 'cpu_shares'), ('Most Wait of a Shard for a Core (%)', 'wait_shares'),
                        ('Busiest Seconds of a Shard (%)', 'busy_shares')):
        v = s['own_error'][name]
        c[label] = 100 * max(v) if v else None
    oe = s['own_error_p99'] or {}
    for label, name in (('Latency', 'e2e_ms'), ('TTFT', 'ttft_ms'), ('TPOT', 'tpot_ms'), ('Event Gap', 'event_gap_ms'),
                        ('Service E2E', 'service_e2e_ms'), ('Service TTFT', 'service_ttft_ms')):
        c[f'Own Error P99 of {label} (ms)'] = oe.get(name) if s[name] else None
    c['Valid'] = yes(s['valid'])
    metric('Retry Wait', 'retry_wait_ms', (('Mean', 'mean'), ('P99', 'p99')))
    c['Stopped by Errors'] = yes(s['too_many_errors'])
    c['Mean Template Tokens'] = s['template_tokens']['mean'] if s['template_tokens'] else None
    for label, name in (('TTFT', 'ttft_ms'), ('TPOT', 'tpot_ms'), ('Event Gap', 'event_gap_ms')):
        for part in ('p50', 'p99'):
            d = s[name]
            c[f'Uncertainty of {part.upper()} {label} (ms)'] = d['uncertainty_' + part] if d else None
    c['Together Share (%)'] = None if s['together_share'] is None else 100 * s['together_share']
    c['Invalid'] = ' '.join(code for code, _, _ in s['invalid'])
    reasons = '; '.join(f'{reason} {n}' for reason, n in sorted(s['finish_reasons'].items()))
    c['Finish Reasons'] = "'" * reasons.startswith(tuple('=+-@\t\r')) + reasons
    c['Cached Prompt Tokens'], c['Reasoning Tokens by Usage'] = s['usage_cached_tokens'], s['usage_reasoning_tokens']
    c['Shared Prompt Tokens'] = s['shared_tokens']
    c['Usage Ratio'] = s['usage_ratio']
    c['Stale Answers'], c['Tail (s)'] = s['stale_answers'], s['tail_seconds']
    c['Simulated'], c['Cache'] = yes(s['_simulated']), s['_cache']
    talks = s.get('conversations') or {}
    c['Conversations'], c['Conversations Done'] = talks.get('begun'), talks.get('done')
    c['Conversations Broken Off'] = talks.get('broken_off')
    c['Cost'] = s['cost']
    metric('Resolve Time', 'resolve_ms', short)
    metric('Connect Time', 'connect_ms', short)
    metric('TLS Time', 'tls_ms', short)
    metric('Time to First Tool Call', 'first_tool_call_ms', short)
    metric('Cached Tokens', 'cached_tokens', short, 'tokens')
    c['Length Mismatch (%)'] = None if s['length_mismatch'] is None else 100 * s['length_mismatch']
    metric('Length Difference', 'length_difference', short, 'tokens')
    said = s.get('server') or {}
    for label, name, scale in (('Running', 'running', 1), ('Queued', 'queued', 1), ('KV Cache (%)', 'kv_cache_share', 100)):
        level = said.get(name)
        c[f'Mean Server {label}'], c[f'Max Server {label}'] = \
            (scale * level['mean'], scale * level['max']) if level else (None, None)
    share = said.get('prefix_hit_share')
    c['Server Prefix Hits (%)'] = None if share is None else 100 * share
    c['Server Preemptions'] = said.get('preemptions')
    return c


THREE_DECIMALS = re.compile(r'(Dispatch|Read|Loop|Prepare) Lag|Turnaround|^Own Error|^Uncertainty')
HIST_COLUMNS = re.compile(r'^(P\S+) (ITL|Event Gap|Queue Wait|Dispatch Lag)')


def slack_of(name, value, s):
    """How far a cell's number may be from `value`, besides its rounding: a histogram's 0.1 %, or a last bit."""
    uncertain = re.match(r'Uncertainty of (P\d+) Event Gap', name)
    if uncertain and s['event_gap_ms']:
        return slack_of_difference(s['event_gap_ms'], uncertain[1].lower())
    return abs(value) * (1e-3 if HIST_COLUMNS.match(name) else 1e-11)


def cell_agrees(cell, value, decimals, slack):
    """`cell` is `value` rounded; a tie that a last bit decides, and a histogram's 0.1 %, are allowed."""
    if value is None:
        return cell == ''
    if isinstance(value, str):
        return cell == value
    try:
        number = float(cell)
    except ValueError:
        return False
    step = 10 ** -decimals
    if abs(number - value) > step / 2 * (1 + 1e-6) + slack:
        return False
    text = cell.split('.')
    return len(text) == 1 or len(text[1]) <= decimals and (decimals != 2 or not text[1].endswith('0'))


def compare_csv(tally, path, stages):
    with open(path, newline='', encoding='utf-8') as f:
        raw = f.read()
    if raw.count('\n') != raw.count('\r\n'):
        tally.differ(path, 'line ends', 'CR LF')
    rows = list(csv.reader(io.StringIO(raw)))
    header, rows = rows[0], rows[1:]
    if len(rows) != len(stages):
        tally.differ(f'{path}: rows', len(rows), len(stages))
    for row, s in zip(rows, stages):
        expected = columns(s)
        for name in expected:
            if name not in header:
                tally.differ(f'csv column {name}', '(absent)', expected[name])
        for name, cell in zip(header, row):
            if name not in expected:
                tally.notes[f'column that was not recomputed: {name}'] += 1
                continue
            value = expected[name]
            slack = slack_of(name, value, s) if isinstance(value, (int, float)) else 0
            decimals = 15 if name.startswith('Request Rate') else 3 if THREE_DECIMALS.search(name) else 2
            if cell_agrees(cell, value, decimals, slack):
                tally.count('csv')
            else:
                tally.differ(f'csv, {s["_name"]}, {name}', cell, value)


def compare_table(tally, path, stages):
    header, rows = None, []
    with open(path, encoding='utf-8') as f:
        for line in f:
            if not line.startswith('|'):
                continue
            cells = [c.strip() for c in line.strip().strip('|').split('|')]
            if all(re.fullmatch(r'-+', c) for c in cells):
                continue
            if header is None:
                header = cells
            else:
                rows.append(cells)
    if header is None or len(rows) != len(stages):
        tally.differ(f'{path}: rows', len(rows), len(stages))
        return
    for row, s in zip(rows, stages):
        expected = columns(s)
        for name, cell in zip(header, row):
            if name == 'Request Rate':  # of an open loop: the stage's name
                if cell != (s['_name'] if s['loop'] == 'open' else '-'):
                    tally.differ('table, Request Rate', cell, s['_name'])
                continue
            if name not in expected:
                tally.notes[f'column of the table that was not recomputed: {name}'] += 1
                continue
            number = re.sub(r' ±.*', '', cell)
            value = expected[name]
            if value is not None and not isinstance(value, str):
                try:
                    fine = abs(float(number) - value) <= .005 * (1 + 1e-6) + slack_of(name, value, s)
                except ValueError:
                    fine = False
            else:
                fine = number in ('', '-') if value is None else number == value
            if fine:
                tally.count('table')
            else:
                tally.differ(f'table, {s["_name"]}, {name}', cell, value)


# ---- the records in themselves --------------------------------------------------------------------------------------

def check_bounds(tally, where, r):
    ev, behind, bound = events(r), 0, None
    for first, count, at in r.get('bounds') or []:
        if first < behind or count < 1 or first + count > len(ev):
            tally.broken(where, f'bounds of the events {first} to {first + count - 1}, of {len(ev)}')
            return
        # Who follows a bounded event came no earlier than that one can have.
        before = bound if bound is not None and first == behind else ev[first - 1][0] if first else None
        behind, bound = first + count, at
        if at > ev[first][0]:
            tally.broken(where, f'event {first} came at {ev[first][0]}, and at the earliest at {at}')
        if at < r['send_began_ns'] or before is not None and at < before and not ev[first][4]:
            tally.broken(where, f'event {first} is bounded by {at}, before what went before it')
        if any(e[0] != ev[first][0] for e in ev[first:behind]) or any(not e[4] for e in ev[first + 1:behind]):
            tally.broken(where, f'the events of the bound at {first} did not come in one read')


def check_record(tally, plan, r):
    where = f'record {r["stage"]}/{r["index"]}'
    order = ['scheduled_ns', 'admitted_ns', 'dispatched_ns', 'opening_ns', 'resolved_ns', 'tcp_connected_ns', 'tls_done_ns',
             'send_began_ns', 'first_byte_ns', 'headers_ns', 'first_event_ns', 'first_token_ns', 'last_token_ns', 'done_ns',
             'ended_ns']
    for names in (order, ['send_began_ns', 'sent_ns'], ['first_event_ns', 'role_event_ns', 'last_choice_event_ns'],
                  ['first_event_ns', 'finish_event_ns', 'last_choice_event_ns'],
                  ['first_token_ns', 'last_token_ns', 'last_choice_event_ns', 'ended_ns']):
        stamps = [(n, r[n]) for n in names if r.get(n) is not None]
        for (a, x), (b, y) in zip(stamps, stamps[1:]):
            if x > y:
                tally.broken(where, f'{a} {x} is after {b} {y}')
    for name in ('sent_ns', 'first_byte_ns'):
        if r.get(name) is not None and r.get('send_began_ns') is None:
            tally.broken(where, f'{name} without send_began_ns')
    if r.get('ended_ns') is None or r['outcome'] == 'ok' and r['ended_ns'] != r['done_ns']:
        tally.broken(where, f'ended_ns is {r.get("ended_ns")}, done_ns {r.get("done_ns")}')
    ev = events(r)
    if ev and not (r['first_byte_ns'] <= ev[0][0] and ev[-1][0] <= r['ended_ns']):
        tally.broken(where, 'an event lies outside the answer')
    check_bounds(tally, where, r)
    parts = (('usage_prompt_tokens', 'usage_cached_tokens'), ('usage_completion_tokens', 'usage_reasoning_tokens'))
    counts = [(r.get(whole), r.get(part)) for whole, part in parts]
    if r.get('usage_refused') and all(None not in pair for pair in counts):
        tally.broken(where, 'it has a usage that was refused')
    if r.get('usage_refused') and any(None not in pair and pair[1] > pair[0] for pair in counts):
        tally.broken(where, 'a part of its usage is greater than the whole')
    if ev:
        if r.get('first_token_ns') != ev[0][0]:
            tally.broken(where, f'first_token_ns {r.get("first_token_ns")} is not the first event\'s {ev[0][0]}')
        if r.get('last_token_ns') != ev[-1][0]:
            tally.broken(where, f'last_token_ns {r.get("last_token_ns")} is not the last event\'s {ev[-1][0]}')
        if any(x[0] > y[0] for x, y in zip(ev, ev[1:])):
            tally.broken(where, 'events are out of order')
        if ev[0][4]:
            tally.broken(where, 'the first event is marked as merged')
        two_kinds = len(ev) > 1 and ev[0][3] != ev[1][3]  # of one event on the wire, perhaps
        if not two_kinds and bool(r.get('first_token_merged')) != bool(len(ev) > 1 and ev[1][4]):
            tally.broken(where, f'first_token_merged {r.get("first_token_merged")}, but the second event\'s mark is '
                                f'{ev[1][4] if len(ev) > 1 else None}')
        if r['outcome'] == 'ok' and r.get('output_tokens') is not None:
            n = sum(e[2] for e in ev)
            if n != r['output_tokens']:
                tally.broken(where, f'events carry {n} tokens, output_tokens is {r["output_tokens"]}')
            by = [sum(e[2] for e in ev if e[3] == kind) for kind in (0, 1, 2)]
            if by[1] != (r.get('reasoning_tokens') or 0) or by[2] != (r.get('tool_tokens') or 0):
                tally.broken(where, f'by kind {by}, reasoning {r.get("reasoning_tokens")}, tool {r.get("tool_tokens")}')
        if plan['record_text'] and r['outcome'] == 'ok':
            for kind, name in ((0, 'output'), (1, 'reasoning'), (2, 'tool_text')):
                ends = [e[1] for e in ev if e[3] == kind]
                text = r.get(name) or ''
                if '\ufffd' in text or '[redacted]' in text:
                    continue
                if (ends[-1] if ends else 0) != len(text.encode()):
                    tally.broken(where, f'{name}: text_end {ends[-1:]} , {len(text.encode())} bytes')
                if any(a > b for a, b in zip(ends, ends[1:])):
                    tally.broken(where, f'{name}: text_end decreases')
    tally.count('records')


# ---- main -----------------------------------------------------------------------------------------------------------

def read(path, tally):
    """The header, each stage's line with its records, the end, and the records without a stage's line."""
    header, stages, final, begin = None, [], None, None
    pending = []
    with open(path, encoding='utf-8') as f:
        for line in f:
            if not line.endswith('\n'):
                break
            o = json.loads(line)
            if o['type'] == 'header':
                header = o
            elif o['type'] == 'stage_begin':
                begin = o
            elif o['type'] == 'request':
                if not begin or begin['stage'] != o['stage']:
                    tally.broken(f'record {o["stage"]}/{o["index"]}', 'it stands before its stage has begun')
                pending.append(o)
            elif o['type'] == 'stage':
                for name in ('stage', 'started_at_ns', 'started_at_utc'):
                    compare_number(tally, f'stage_begin {o["stage"]}, {name}', (begin or {}).get(name), o.get(name))
                stages.append((o, [r for r in pending if r['stage'] == o['stage']]))
                pending = [r for r in pending if r['stage'] != o['stage']]
            elif o['type'] == 'end':
                final = o
    return header, stages, final, pending


def verify(folder, tally, llmload=None):
    header, stages, final, left = read(os.path.join(folder, 'records.jsonl'), tally)
    plan = header['plan']
    if left:
        tally.notes[f'{len(left)} records without a stage line'] += 1
    ours = []
    for end, records in stages:
        for r in records:
            check_record(tally, plan, r)
        s = recompute(plan, end['stage'], records, end)
        s['_name'] = f'stage {end["stage"]}'
        by_endpoint = groups(plan, end['stage'], records, end)
        if by_endpoint:
            s['groups'] = by_endpoint
        s['_simulated'], s['_cache'] = header.get('simulated'), header['plan'].get('cache') or 'shared'
        begun = sum(r['measured'] for r in records)
        for name, count in (('begun', begun), ('ok', s['ok']), ('failed', s['failed']),
                            ('outside_window', s['outside_window'])):
            compare_number(tally, f'records, stage {end["stage"]}, {name}', end.get(name), count)
        compare_number(tally, f'records, stage {end["stage"]}, wall_seconds', end.get('wall_seconds'), s['wall_seconds'])
        ours.append(s)
    path = os.path.join(folder, 'summary.json')
    summary = None
    if os.path.exists(path):
        with open(path, encoding='utf-8') as f:
            summary = json.load(f)
        if len(summary['stages']) != len(ours):
            tally.differ(f'{path}: stages', len(summary['stages']), len(ours))
        for theirs, mine in zip(summary['stages'], ours):
            mine['_name'] = theirs['stage']
            compare_stage(tally, theirs['stage'], theirs, mine)
        codes = [code for s in ours for code, _, _ in s['invalid']]
        if summary['interrupted'] and not any(s['requests'] for s in ours):
            codes.append('not_begun')
        compare_number(tally, 'summary.valid', summary['valid'], not codes)
        if [reason['code'] for reason in summary['invalid']] != codes:
            tally.differ('summary.invalid', summary['invalid'], codes)
        flat_compare(tally, 'end.invalid', summary['invalid'], (final or {}).get('invalid') or [])
        for name in ('interrupted', 'valid', 'ended_early'):
            compare_number(tally, f'summary.{name}', summary[name], (final or {}).get(name))
        for name in ('run_id', 'host', 'simulated'):
            compare_number(tally, f'summary.{name}', summary[name], header[name])
    path = os.path.join(folder, 'performance_metrics.csv')
    if os.path.exists(path):
        compare_csv(tally, path, ours)
    path = os.path.join(folder, 'table.txt')
    if os.path.exists(path):
        compare_table(tally, path, ours)
    if llmload:
        with tempfile.TemporaryDirectory() as t:
            subprocess.run([llmload, 'report', os.path.join(folder, 'records.jsonl'), '--output-dir', t],
                           stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
            for name in ('summary.json', 'performance_metrics.csv'):
                a, b = os.path.join(folder, name), os.path.join(t, name)
                if not os.path.exists(a):
                    continue
                if os.path.exists(b) and open(a, 'rb').read() == open(b, 'rb').read():
                    tally.count('report')
                else:
                    tally.differ(f'{name} of report', 'other bytes', 'the same bytes')
    return ours


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument('folders', nargs='+', metavar='DIR')
    p.add_argument('--quiet', action='store_true', help='only what differs, and the totals')
    p.add_argument('--llmload', help='also compare the bytes that this binary\'s report makes')
    a = p.parse_args()
    total, bad, seen = Counter(), 0, 0
    notes = Counter()
    for folder in a.folders:
        if not os.path.exists(os.path.join(folder, 'records.jsonl')):
            print(f'{folder}: no records.jsonl', file=sys.stderr)
            continue
        seen += 1
        tally = Tally()
        stages = verify(folder, tally, a.llmload)
        total.update(tally.classes)
        notes.update(tally.notes)
        wrong = tally.classes['DIFF'] + tally.classes['RECORD']
        bad += wrong > 0
        if not a.quiet or wrong:
            print(f'{folder}: {len(stages)} stages, ' + ', '.join(f'{v} {k}' for k, v in sorted(tally.classes.items())))
        for line in tally.lines[:40]:
            print('  ' + line)
        if len(tally.lines) > 40:
            print(f'  ... {len(tally.lines) - 40} more')
    for note, times in sorted(notes.items()):
        print(f'note ({times}): {note}')
    print(f'{seen} runs: ' + ', '.join(f'{v} {k}' for k, v in sorted(total.items())))
    return 2 if not seen else 1 if bad else 0


if __name__ == '__main__':
    sys.exit(main())
