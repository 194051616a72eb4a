#!/usr/bin/env python3
"""Makes records files that no server would give, but docs/records.md allows, for verify_summary.py.

usage: synthetic_records.py LLMLOAD COUNT DIR [SEED]

Writes DIR/0, DIR/1 ..., each with a records.jsonl and what `report` of the binary LLMLOAD makes of it: summary.json,
performance_metrics.csv and table.txt. Standard library only.
"""
import json
import os
import random
import subprocess
import sys

from verify_summary import recompute

FAILURES = ['incomplete', 'stream_error', 'rate_limited', 'http_5xx', 'reset', 'idle_timeout', 'connect_failed',
            'generation_failed', 'content_filtered']
REASONS = ['stop', 'length', 'STOP', 'tool_calls', '=1+1', 'a "b", c', 'é']
MS = 1_000_000


def plan_of(rng):
    stream, tokenizer = rng.random() < .8, rng.random() < .5
    stages = []
    for _ in range(rng.randint(1, 2)):
        warm, cool = rng.choice([0, 0, 100 * MS]), rng.choice([0, 0, 50 * MS])
        seconds = rng.choice([0, 300 * MS])
        stage = {'concurrency': rng.choice([1, 4, 64]), 'requests': 0 if seconds else 50, 'duration_ns': seconds,
                 'warmup_requests': rng.choice([0, 0, 3]), 'warmup_ns': warm if seconds else 0,
                 'cooldown_ns': cool if seconds else 0}
        if rng.random() < .5:
            stage |= {'arrival': 'poisson', 'rate': rng.choice([0, 12.5, 100]), 'connections': 0,
                      'when_full': rng.choice(['queue', 'drop']), 'concurrency': rng.choice([0, 4])}
        stages.append(stage)
    limits = {'ttft_ms': rng.choice([None, 20]), 'tpot_ms': rng.choice([None, 2]), 'e2e_ms': rng.choice([None, 60])}
    return {'api': rng.choice(['chat', 'completions']), 'stream': stream, 'quota': rng.random() < .1,
            'connection': rng.choice(['keep-alive', 'per-request']), 'threshold_tps': rng.choice([7, 400]),
            'goodput': limits if rng.random() < .5 else None, 'count_bos': rng.random() < .4, 'record_text': False,
            'cores': rng.randint(1, 3), 'stages': stages, 'tokenizer': tokenizer,
            'counts_by': rng.choice(['tokenizer', 'usage']), 'tokens_from': 'any', 'prompts_from': 'any',
            'tokenizer_sha256': '', 'parameters': {}, 'warnings': []}


def token_events(rng, at, slow):
    """Events from `at` on, in reads of one or several, and the bounds of some of these."""
    events, bounds, ends = [], [], [0, 0, 0]
    for _ in range(rng.choice([0, 1, 1, 2, 5, 20])):
        before, at = at, at + rng.choice([0, 1, rng.randint(1, 3 * MS), rng.randint(1, 30 * MS) * slow])
        count = rng.choice([1, 1, 1, 2, 4])
        if rng.random() < .4:
            earliest = rng.choice([before, at, rng.randint(before, at)])
            bounds.append([len(events), rng.randint(1, count), earliest])
        for i in range(count):
            kind = rng.choice([0, 0, 0, 1, 2])
            ends[kind] += rng.choice([1, 4, 300])
            events.append([at, ends[kind], rng.choice([0, 1, 1, 2, 7]), kind, int(i > 0)])
    return events, bounds


def request(rng, plan, number, index, due, slow):
    """A record that began at `due`."""
    stage, ok = plan['stages'][number], rng.random() < plan['_ok']
    r = {'type': 'request', 'stage': number, 'index': index, 'max_tokens': rng.choice([4, 16]),
         'shard': rng.randrange(plan['cores']), 'endpoint': rng.randrange(plan['_endpoints']),
         'measured': rng.random() < .9, 'outcome': 'ok' if ok else rng.choice(FAILURES), 'http_status': 200,
         'reconnects': rng.choice([0, 0, 1]), 'connection_reused': rng.random() < .7, 'streamed': False,
         'first_token_merged': False, 'body_bytes': rng.choice([10, 2000])}
    at = due
    if 'arrival' in stage:
        r['scheduled_ns'], r['admitted_ns'] = due, due + rng.choice([0, 0, 5 * MS])
        at = r['admitted_ns'] + rng.randint(0, MS // 2)
    r['dispatched_ns'] = at
    if not r['connection_reused']:
        for name in ('opening_ns', 'resolved_ns', 'tcp_connected_ns', 'tls_done_ns'):
            at += rng.randint(0, MS)
            if name == 'opening_ns' or rng.random() < .8:
                r[name] = at
    r['send_began_ns'] = r['sent_ns'] = r['ended_ns'] = at
    if rng.random() < .2:
        r |= {'attempts': rng.randint(2, 4), 'retry_wait_ns': rng.choice([0, 7 * MS])}
    if rng.random() < .2:
        r['limits'] = [[at, rng.choice([None, 9]), rng.choice([None, 70]), rng.choice([None, 893000])]]
    if not ok and rng.random() < .5:
        return r
    at += rng.choice([1, rng.randint(1, 20 * MS)])
    r |= {'first_byte_ns': at, 'headers_ns': at, 'streamed': plan['stream'],
          'time_source': rng.choice(['kernel'] * 20 + ['user', 'mixed'] if plan['_kernel'] else ['user'])}
    if rng.random() < .8:
        r['finish_reason'] = rng.choice(REASONS)
    events, bounds = token_events(rng, at, slow) if plan['stream'] else ([], [])
    if events:
        r |= {'events': events, 'bounds': bounds, 'first_event_ns': events[0][0], 'first_token_ns': events[0][0],
              'last_token_ns': events[-1][0], 'last_choice_event_ns': events[-1][0],
              'first_token_merged': len(events) > 1 and bool(events[1][4])}
        at = events[-1][0]
    if plan['tokenizer']:
        by_kind = [sum(e[2] for e in events if e[3] == kind) for kind in (0, 1, 2)]
        r |= {'output_tokens': sum(by_kind) if plan['stream'] else rng.randint(0, 20), 'prompt_tokens': 5,
              'reasoning_tokens': by_kind[1], 'tool_tokens': by_kind[2]}
        if rng.random() < .5:
            r['system_tokens'] = 3
    if rng.random() < plan['_usage']:
        n = rng.choice([0, 1, 2, 9, 40])
        r |= {'usage_prompt_tokens': rng.randint(3, 20), 'usage_completion_tokens': n}
        if rng.random() < .3:
            r |= {'usage_cached_tokens': 2, 'usage_reasoning_tokens': rng.choice([0, n, n + 3])}
    if ok and rng.random() < .3:
        r['shared_tokens'] = rng.choice([0, 2])
    if ok and not plan['stream'] and rng.random() < .7:
        r['text_bytes'] = rng.choice([0, 8, 90, 900])
    if ok:
        r['done_ns'] = at = at + rng.randint(0, MS)
    r['ended_ns'] = at
    return r


def stage_end(rng, plan, number, records):
    begun, outside = sum(r['measured'] for r in records), sum(not r['measured'] for r in records)
    ok = sum(r['measured'] and r['outcome'] == 'ok' for r in records)
    dropped = rng.choice([0, 0, 3]) if 'arrival' in plan['stages'][number] else 0
    lag = [9] + sorted(rng.randint(0, rng.choice([MS, 40 * MS, 400 * MS])) for _ in range(9))
    lag[1:] = lag[5:6] + lag[1:2] + lag[1:2] + lag[9:] + lag[5:9] + lag[9:]  # mean, sd, min, max, p50 ... p99.9
    end = {'type': 'stage', 'stage': number, 'started_at_ns': 5, 'started_at_utc': '2020-01-01T00:00:00.000000000Z',
           'interrupted': rng.random() < .1, 'too_many_errors': False, 'planned': begun + dropped + rng.choice([0, 2]),
           'dropped': dropped, 'begun': begun, 'ok': ok, 'failed': begun - ok, 'outside_window': outside,
           'schedule_hash': '', 'notes': [], 'read_lag_ns': rng.choice([None, lag]), 'loop_lag_ns': rng.choice([None, lag]),
           'prepare_lag_ns': rng.choice([None, lag]), 'turnaround_ns': rng.choice([None, lag]),
           'cpu_millionths': [1000] * plan['cores'], 'wait_millionths': [20] * plan['cores'],
           'busy_millionths': [rng.choice([1000, 900000, 950001])] * plan['cores']}
    if rng.random() < .5:
        end['server'] = {'scrapes': 9, 'failed': 1, 'running': [1_333_333, 4_000_000], 'kv_cache_share': [125_000, 500_000],
                         **rng.choice([{}, {'prefix_queries': 400, 'prefix_hits': 300, 'prefix_hit_share': 750_000}]),
                         **rng.choice([{}, {'queued': [250_000, 2_000_000], 'preemptions': 7}])}
    if end['interrupted']:
        end['stopped_at_ns'] = rng.choice([50, 250]) * MS
    end['wall_seconds'] = recompute(plan, number, records, end)['wall_seconds']
    return end


def lines(rng):
    plan = plan_of(rng)
    plan |= {'_ok': rng.choice([0, .5, .9, 1]), '_usage': rng.choice([0, .9, 1]), '_kernel': rng.random() < .7,
             '_endpoints': rng.choice([1, 1, 2, 3])}
    yield {'type': 'header', 'llmload': '0.1.0', 'run_id': 'ab', 'host': 'here', 'simulated': False, 'plan': plan}
    for number in range(len(plan['stages'])):
        yield {'type': 'stage_begin', 'stage': number, 'started_at_ns': 5,
               'started_at_utc': '2020-01-01T00:00:00.000000000Z'}
        count, slow = rng.choice([0, 1, 2, 10, 60]), rng.choice([0, 1])
        records = [request(rng, plan, number, i, rng.randint(0, 400 * MS), slow) for i in range(count)]
        yield from records
        yield stage_end(rng, plan, number, records)


def write(path, objects):
    with open(path, 'w', encoding='utf-8') as f:
        f.writelines(json.dumps(o, separators=(',', ':')) + '\n' for o in objects)


def main():
    llmload, count, folder = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    rng = random.Random(int(sys.argv[4]) if len(sys.argv) > 4 else 1)
    for i in range(count):
        here = os.path.join(folder, str(i))
        os.makedirs(here)
        path, objects = os.path.join(here, 'records.jsonl'), list(lines(rng))
        end = {'type': 'end', 'interrupted': objects[-1]['interrupted'], 'valid': True, 'invalid': [], 'ended_early': '',
               'errors': []}
        write(path, objects + [end])
        with open(os.path.join(here, 'table.txt'), 'w', encoding='utf-8') as table:
            code = subprocess.run([llmload, 'report', path, '--output-dir', here], stdout=table, stderr=subprocess.DEVNULL,
                                  check=False).returncode
        if code not in (0, 3, 130):
            sys.exit(f'{path}: report ends with {code}')
        # the verdict is `report`'s own, which a run would have written there
        with open(os.path.join(here, 'summary.json'), encoding='utf-8') as f:
            summary = json.load(f)
        write(path, objects + [end | {name: summary[name] for name in ('interrupted', 'valid', 'invalid', 'ended_early')}])


if __name__ == '__main__':
    main()
