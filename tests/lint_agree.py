# SPDX-License-Identifier: MIT
"""Holds `sluice lint` against another checker of Responses streams.

  lint_agree.py SLUICE CHECKER SECONDS

Every stream that the corpus gives, tests/data/every-event.jsonl, and damaged
copies of both (events dropped, doubled and swapped; members changed, removed,
added; lines cut) must be clean for both or for neither. The same damage each
time, at least 200 and at most 4,000, as many as SECONDS allow. docs/lint.md says
where they differ on purpose. Prints lines for tests/run.sh.
"""
import glob
import importlib.util
import json
import os
import re
import subprocess
import sys
import time
from types import SimpleNamespace

SLUICE, CHECKER, SECONDS = sys.argv[1], sys.argv[2], float(sys.argv[3])
OPTIONS = SimpleNamespace(strict=False, allow='', legacy=False, resumed=False,
                          start_seq=0, interleave=False, no_event_names=False,
                          done='allow', quiet=False)


def load_checker():
    sys.dont_write_bytecode = True
    spec = importlib.util.spec_from_file_location('checker', CHECKER)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module, module.Schema(module.BUNDLE)


class Numbers:
    """The same numbers everywhere."""

    def __init__(self, seed):
        self.state = seed

    def below(self, n):
        self.state = (self.state * 6364136223846793005 +
                      1442695040888963407) % 2 ** 64
        return (self.state >> 33) % n

    def one_of(self, values):
        return values[self.below(len(values))]


# ---- the two judges ----

def theirs(checker, schema, raw):
    c = checker.Checker(schema, OPTIONS)
    c.feed_sse(raw)
    c.end()
    bad = [f for f in c.found if f[0] == 'violation']
    return not bad, ['%s %s %s' % (f[2], f[1], f[3]) for f in bad[:3]]


def ours(raw):
    run = subprocess.run([SLUICE, 'lint', '--quiet', '-'], input=raw,
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    text = (run.stdout + run.stderr).decode('utf-8', 'replace')
    if run.returncode not in (0, 1, 2):
        text = 'status %d %s' % (run.returncode, text)
    return run.returncode == 0, text.split('\n')[:3]


# ---- damage ----

def frame(events):
    return b''.join(b'event: %s\ndata: %s\n\n' % (
        str(e.get('type')).encode('utf-8', 'replace'),
        json.dumps(e, ensure_ascii=False,
                   separators=(',', ':')).encode('utf-8', 'replace'))
                    for e in events)


def renumber(events):
    for n, e in enumerate(events):
        if 'sequence_number' in e:
            e['sequence_number'] = n
    return events


def places(value, path=()):
    """Every (path, value) below an object or array."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    for key, child in pairs:
        yield path + (key,)
        if isinstance(child, (dict, list)):
            yield from places(child, path + (key,))


STRANGE = [None, True, 0, 1, -1, 7, 2.5, 10 ** 12, '', 'x', 'completed', 'in_progress',
           'file-1', [], ['x'], {}, {'type': 'x'}, [{}], 'a' * 70]


def strange(numbers, old):
    kind = numbers.below(4)
    if kind == 0 and isinstance(old, str):
        return old[:-1] if numbers.below(2) else old + 'x'
    if kind == 0 and isinstance(old, int) and not isinstance(old, bool):
        return old + numbers.one_of([-1, 1])
    if kind == 1 and isinstance(old, list):
        return old[:-1] if numbers.below(2) else old + old[:1]
    return numbers.one_of(STRANGE)


def change(numbers, event):
    """One member of one event is changed, removed or joined by another."""
    path = numbers.one_of(list(places(event)))
    holder = event
    for key in path[:-1]:
        holder = holder[key]
    key, kind = path[-1], numbers.below(8)
    if kind < 2 and isinstance(holder, dict):
        del holder[key]
    elif kind == 2 and isinstance(holder, dict):
        holder[numbers.one_of(['extra', 'status', 'id', 'text', 'error'])] = \
            numbers.one_of(STRANGE)
    elif kind == 3 and isinstance(holder, list):
        del holder[key]
    else:
        holder[key] = strange(numbers, holder[key])


def everywhere(numbers, events, event):
    """The same fault in all events: a type is lost, a member is lost."""
    if numbers.below(2):
        events[:] = [e for e in events if e.get('type') != event.get('type')]
        return
    path = numbers.one_of(list(places(event)))
    key = next((k for k in reversed(path) if isinstance(k, str)), 'type')
    stack = list(events)
    while stack:
        value = stack.pop()
        if isinstance(value, dict):
            value.pop(key, None)
            stack += value.values()
        elif isinstance(value, list):
            stack += value


def damage(numbers, events):
    """One to two faults; the numbers are put right again, mostly."""
    events = json.loads(json.dumps(events))
    for _ in range(1 + (numbers.below(6) == 0)):
        kind, i = numbers.below(12), numbers.below(len(events))
        if kind < 2:
            del events[i]
        elif kind == 2:
            events.insert(i, json.loads(json.dumps(events[i])))
        elif kind == 3:
            j = numbers.below(len(events))
            events[i], events[j] = events[j], events[i]
        elif kind == 4:
            events.append(events.pop(i))
        elif kind == 5:
            everywhere(numbers, events, events[i])
        else:
            change(numbers, events[i])
        if not events:
            break
    return renumber(events) if numbers.below(8) else events


def damage_bytes(numbers, raw):
    """Lines and bytes: cut, lost, doubled, others put in."""
    kind = numbers.below(9)
    at = numbers.below(len(raw))
    lines = raw.split(b'\n')
    i = numbers.below(len(lines))
    if kind == 0:
        return raw[:at]
    if kind == 1:
        return raw[:at] + raw[at + 1:]
    if kind == 2:
        return raw[:at] + bytes([numbers.below(256)]) + raw[at + 1:]
    if kind == 3:
        del lines[i]
    elif kind == 4:
        lines.insert(i, numbers.one_of([
            b'', b': ping', b'id: 7', b'retry: 1', b'foo: x', b'data', b'event: x',
            b'data: {}', b'data: [DONE]', b'data: 7', b':', b'\xff', b': \xff',
            b'error: x', b'data: {"type":1}', b'event: keepalive']))
    elif kind == 5:
        lines[i] = lines[i].replace(b': ', b':')
    elif kind == 6:
        return raw.replace(b'\n', b'\r\n' if numbers.below(2) else b'\r')
    elif kind == 7:
        return b'\xef\xbb\xbf' + raw
    else:
        lines[i] += numbers.one_of([b'\r', b' ', b'x', b'"', b'\\', b'}'])
    return b'\n'.join(lines)


# ---- where they are known to differ (docs/lint.md) ----

def known_difference(raw):
    return b'"response.audio.' in raw


# ---- the run ----

class Tally:
    def __init__(self, judge):
        self.judge, self.count, self.clean, self.faults = judge, 0, 0, []

    def hold(self, name, raw):
        if known_difference(raw):
            return
        a, why_a = theirs(*self.judge, raw)
        b, why_b = ours(raw)
        self.count += 1
        self.clean += a
        if a == b:
            return
        self.faults.append(name)
        keep = os.environ.get('LINT_AGREE_KEEP')
        if keep:
            with open(os.path.join(keep, '%d.sse' % len(self.faults)), 'wb') as f:
                f.write(raw)
        if len(self.faults) <= 20:
            print('%s: the other checker: %s; lint: %s' % (
                name, why_a if not a else 'clean', why_b if not b else 'clean'))

    def verdict(self, name):
        if self.faults:
            print('not ok - %s - %d of %d differ, first %s' % (
                name, len(self.faults), self.count, self.faults[0]))
        elif not 0 < self.clean:
            print('not ok - %s - nothing was clean' % name)
        else:
            print('ok - %s (%d streams, %d of them clean)' % (
                name, self.count, self.clean))
        return not self.faults and self.clean > 0


def corpus():
    """What translate makes of each stream, and what the tests expect of those
    that need options or have several rounds."""
    for path in sorted(glob.glob('corpus/*.sse')):
        run = subprocess.run([SLUICE, 'translate', path],
                             stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        yield os.path.basename(path), run.stdout
    for path in sorted(glob.glob('corpus/**/*.events', recursive=True)):
        stem = path[:-len('.events')]
        if os.path.exists(stem + '.sse') and not os.path.exists(stem + '.opts'):
            continue
        with open(path, encoding='utf-8') as f:
            events = [line.split(' ', 1)[1] for line in f
                      if line[0] != '#' and ' {' in line]
        if events and not counts_otherwise(stem):
            yield os.path.basename(path), frame(map(json.loads, events))


def counts_otherwise(stem):
    """The index of citations is not in code points, which the other checker
    would have to know."""
    if not os.path.exists(stem + '.opts'):
        return False
    with open(stem + '.opts', encoding='utf-8') as f:
        return re.search('(?m)^index-unit=(?!codepoint)', f.read()) is not None


def parsed(raw):
    return [json.loads(line[6:]) for line in raw.decode('utf-8').split('\n')
            if line.startswith('data: ')]


def main():
    judge = load_checker()
    good, broken = Tally(judge), Tally(judge)
    with open('tests/data/every-event.jsonl', encoding='utf-8') as f:
        every = [json.loads(line) for line in f]
    streams = [('every-event', every)]
    good.hold('every-event', frame(every))
    for name, raw in corpus():
        good.hold(name, raw)
        if len(raw) < 12000:
            streams.append((name, parsed(raw)))
    turn, end = 0, time.monotonic() + SECONDS
    while turn < 200 or (time.monotonic() < end and turn < 4000):
        # every third damage is one of the stream with every event
        name, events = streams[0 if turn % 3 == 0 else turn % len(streams)]
        numbers = Numbers(turn)
        numbers.below(2)
        raw = frame(damage(numbers, events))
        if turn % 5 == 4:
            raw = damage_bytes(numbers, frame(events))
        broken.hold('%s, damage %d' % (name, turn), raw)
        turn += 1
    ok = good.verdict('agreement on the streams of the corpus')
    ok &= broken.verdict('agreement on damaged copies')
    return 0 if ok else 1


if __name__ == '__main__':
    sys.exit(main())
