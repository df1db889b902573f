# SPDX-License-Identifier: MIT
"""Shows what sluice makes of damaged streams to another checker, strictly.

  damage_agree.py FOLDER CHECKER FROM COUNT SLUICE

FOLDER/damage_test and FOLDER/rounds_damage_test cut every stream at every byte
and damage streams with COUNT seeds of each kind (scenarios: a fifth of them),
from FROM on, and write what comes out; CHECKER judges it. Of events that came
before, the shape is not judged again. The command SLUICE gets some of the
streams: it must end with the status that fits its output.
Prints how many inputs and outputs each damage had and what was wrong with them.
Status 1 when anything was, or when the checkers do not agree.
"""
import hashlib
import importlib.util
import os
import subprocess
import sys
from collections import Counter, defaultdict
from types import SimpleNamespace

FOLDER, CHECKER, FROM, COUNT, SLUICE = sys.argv[1:6]
# Where OpenAI's own streams are not as the schema says, sluice does as they do.
ALLOW = 'schema.usage-null,schema.user-null,schema.error-code'
# Other producers may do that; sluice never does.
NEVER = ('delta.empty', 'args.no_delta', 'note.late', 'part.interleaved',
         'sse.bom', 'sse.cr', 'sse.multi_data', 'sse.field_order')
OPTIONS = SimpleNamespace(strict=True, allow=ALLOW, legacy=False, resumed=False,
                          start_seq=0, interleave=False, no_event_names=False,
                          done='forbid', quiet=False)
# The terminal events, and the status that the command ends with.
ENDS = {'response.completed': 0, 'response.incomplete': 3, 'response.failed': 1}


def load_checker():
    sys.dont_write_bytecode = True
    spec = importlib.util.spec_from_file_location('checker', CHECKER)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def remembering(base):
    """The checker, which judges the shape of the same event once."""
    class Remembering(base):
        memory = {}

        def sse_event(self, name, data):
            # the number stands last
            self.key = data[:data.rfind(',"sequence_number":')]
            super().sse_event(name, data)

        def schema(self, t, ev):
            known = self.memory.get(self.key)
            if known is None:
                start = len(self.found)
                super().schema(t, ev)
                if len(self.memory) > 100000:
                    self.memory.clear()
                self.memory[self.key] = [
                    (f[0], f[1], f[3]) for f in self.found[start:]]
            else:
                for severity, code, message in known:
                    self.rep(severity, code, message)
    return Remembering


class Judge:
    def __init__(self):
        module = load_checker()
        self.checker = remembering(module.Checker)
        self.schema = module.Schema(module.BUNDLE)
        self.seen = {}

    def wrong(self, raw):
        key = hashlib.sha256(raw).digest()
        if key not in self.seen:
            self.seen[key] = self.judge(raw)
        return self.seen[key]

    def judge(self, raw):
        c = self.checker(self.schema, OPTIONS)
        c.feed_sse(raw)
        c.end()
        bad = ['%s event %d: %s' % (f[1], f[2], f[3]) for f in c.found
               if f[0] == 'violation' or f[1] in NEVER]
        ends = sum(raw.count(b'event: %s\n' % e.encode()) for e in ENDS)
        if ends != 1:
            bad.append('%d terminal events' % ends)
        return '; '.join(bad[:3]), c.terminal


def show(line, raw, why, ours):
    keep = os.environ.get('DAMAGE_KEEP')
    print('%s: the other checker: %s; ours: %s' % (
        ' '.join(line[1:4]), why or 'right', 'wrong' if ours else 'right'))
    if keep:
        name = '%s-%s.events.sse' % (line[2], line[3])
        with open(os.path.join(keep, name), 'wb') as f:
            f.write(raw)


def row_of(damage):
    """One for each kind of damage; one for all of scenarios, of the command."""
    head = damage.split('-')[0]
    return head if head in ('rounds', 'command') else damage


def translate(judge, stream):
    """What the command makes of it, and what is wrong with that."""
    with subprocess.Popen([SLUICE, 'translate', '-'], stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL) as p:
        raw = p.communicate(stream)[0]
    why, terminal = judge.wrong(raw)
    if p.returncode != ENDS.get(terminal):
        why += '; status %d after %s' % (p.returncode, terminal)
    return raw, why, terminal


def read(pipe, judge, tallies):
    """Judges the outputs of one run of a program."""
    for line in pipe:
        words = line.decode().split()
        if words[:1] == ['inputs']:
            tallies[row_of(words[1])]['inputs'] += int(words[2])
        if words[:1] not in (['output'], ['input']):
            continue
        raw = pipe.read(int(words[5]))
        if words[0] == 'input':
            words[2] = 'command-' + words[2]
            raw, why, terminal = translate(judge, raw)
        else:
            why, terminal = judge.wrong(raw)
        tally = tallies[row_of(words[2])]
        tally['outputs'] += 1
        tally[terminal] += 1
        tally['wrong'] += bool(why)
        tally['differ'] += bool(why) != (words[4] == '1')
        if why or words[4] == '1':
            show(words, raw, why, words[4] == '1')


def run(judge, tallies, program, *arguments):
    command = [os.path.join(FOLDER, program)] + list(arguments)
    with subprocess.Popen(command, stdout=subprocess.PIPE) as p:
        read(p.stdout, judge, tallies)
    if p.returncode:
        print('%s ended with status %d' % (' '.join(command), p.returncode))
    return p.returncode


def main():
    judge, tallies = Judge(), defaultdict(Counter)
    count = str(int(COUNT) // 50 + 1)
    failed = run(judge, tallies, 'damage_test', 'write-inputs', FROM, count) != 0
    for program, count in (('damage_test', int(COUNT)),
                           ('rounds_damage_test', int(COUNT) // 5 + 1)):
        failed |= run(judge, tallies, program, 'write-cuts') != 0
        failed |= run(judge, tallies, program, 'write-seeds', FROM,
                      str(count)) != 0
    row = '%-16s %9s %8s %9s %10s %8s %6s %6s'
    print(row % ('damage', 'inputs', 'outputs', 'completed', 'incomplete',
                 'failed', 'wrong', 'differ'))
    total = Counter()
    for name, t in list(tallies.items()) + [('all', total)]:
        print(row % (name, t['inputs'], t['outputs'], *(t[e] for e in ENDS),
                     t['wrong'], t['differ']))
        if t is not total:
            total.update(t)
    print('%d outputs differ from all others' % len(judge.seen))
    good = not failed and total['outputs'] > 0
    return 0 if good and total['wrong'] + total['differ'] == 0 else 1


if __name__ == '__main__':
    sys.exit(main())
