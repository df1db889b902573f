#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""echo.py SLUICE STREAM REQUEST DIR - a part of echo.sh.

Puts each of a list of odd values in the place of every value of a request, and
of every tool and choice of the tables below; runs `translate --request` and
holds the events against the published schema, strictly."""
import copy
import importlib.util
import json
import subprocess
import sys

spec = importlib.util.spec_from_file_location(
    'check_events', '../shared/spec/check_events.py')
ce = importlib.util.module_from_spec(spec)
spec.loader.exec_module(ce)
SCHEMA = ce.Schema(ce.BUNDLE)


class Options:
    strict, legacy, resumed, start_seq = True, False, False, 0
    # As real responses have them.
    allow = 'schema.usage-null,schema.user-null,schema.format-description-null'
    interleave, no_event_names, done = False, False, 'forbid'
    jsonl, json, quiet = False, False, False


ODD = [None, True, 0, -1, 1.5, 1e300, 10 ** 30, '', 'x', 'none', 'y' * 200,
       [], [None], ['a', 5], {}, {'type': 'x'}, {'type': 'text', 'a': [1]},
       [{'type': 'function', 'name': 'f'}], {'id': 'i'}, {'': ''}]
MORE_TOOLS = [
    {'type': 'computer_use_preview', 'environment': 'linux',
     'display_width': 1, 'display_height': 2},
    {'type': 'file_search', 'vector_store_ids': ['v'], 'max_num_results': 3,
     'filters': {'type': 'or', 'filters': [
         {'type': 'in', 'key': 'k', 'value': ['a', 1]},
         {'type': 'and', 'filters': [
             {'type': 'eq', 'key': 'k', 'value': True}]}]},
     'ranking_options': {'ranker': 'auto', 'score_threshold': 0.1,
                         'hybrid_search': {'embedding_weight': 1,
                                           'text_weight': 0.5}}},
    {'type': 'mcp', 'server_label': 's', 'connector_id': 'connector_gmail',
     'require_approval': {'never': {'tool_names': ['a'], 'read_only': True}},
     'allowed_tools': {'read_only': False}, 'allowed_callers': ['direct'],
     'server_description': 'd', 'tunnel_id': 'tunnel_' + 'a' * 32},
    {'type': 'custom', 'name': 'c', 'format': {
        'type': 'grammar', 'syntax': 'regex', 'definition': 'a'}},
    {'type': 'shell', 'environment': {
        'type': 'container_auto', 'file_ids': ['f'], 'memory_limit': '4g',
        'network_policy': {'type': 'allowlist', 'allowed_domains': ['a'],
                           'domain_secrets': [{'domain': 'a', 'name': 'n',
                                               'value': 'v'}]},
        'skills': [{'type': 'skill_reference', 'skill_id': 's'},
                   {'type': 'inline', 'name': 'n', 'description': 'd',
                    'source': {'type': 'base64', 'data': 'YQ==',
                               'media_type': 'application/zip'}}]}},
    {'type': 'shell', 'environment': {'type': 'local', 'skills': [
        {'name': 'n', 'description': 'd', 'path': 'p'}]}},
    {'type': 'shell', 'environment': {'type': 'container_reference',
                                      'container_id': 'c'}},
    {'type': 'code_interpreter', 'container': 'cntr_1'},
    {'type': 'image_generation', 'action': 'edit', 'partial_images': 2,
     'input_image_mask': {'file_id': 'f'}, 'input_fidelity': 'low',
     'output_compression': 50, 'moderation': 'low', 'model': 'm'},
    {'type': 'web_search_preview', 'search_content_types': ['text'],
     'user_location': {'type': 'approximate', 'city': 'C'}},
    {'type': 'web_search', 'filters': {'allowed_domains': ['a']},
     'external_web_access': True, 'search_context_size': 'low'},
    {'type': 'tool_search', 'execution': 'server', 'description': 'd',
     'parameters': {}},
    {'type': 'local_shell'}, {'type': 'computer'},
    {'type': 'programmatic_tool_calling'},
]
CHOICES = ['none', {'type': 'function', 'name': 'f'},
           {'type': 'mcp', 'server_label': 's', 'name': 'n'},
           {'type': 'custom', 'name': 'c'}, {'type': 'file_search'},
           {'type': 'apply_patch'}]


def places(value, path=()):
    """The paths of all values within."""
    if path:
        yield path
    if isinstance(value, dict):
        for key in value:
            yield from places(value[key], path + (key,))
    elif isinstance(value, list):
        for i, each in enumerate(value):
            yield from places(each, path + (i,))


def changed(request, path, odd):
    out = copy.deepcopy(request)
    at = out
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = odd
    return out


def faults(sluice, stream, request, directory):
    name = directory + '/changed.json'
    with open(name, 'w', encoding='utf-8') as f:
        json.dump(request, f)
    p = subprocess.run([sluice, 'translate', '--request', name, stream],
                       stdin=subprocess.DEVNULL, capture_output=True)
    if p.returncode != 0:
        return ['status %d: %s' % (p.returncode, p.stderr)]
    checker = ce.Checker(SCHEMA, Options)
    checker.feed_sse(p.stdout)
    checker.end()
    return ['%s: %s' % (code, text) for severity, code, _, text
            in checker.found if severity == 'violation']


def variants(value):
    """The value, then with each odd value in each place of it, then odd."""
    held = {'it': value}
    return [value] + [changed(held, path, odd)['it']
                      for path in places(held) for odd in ODD]


def main():
    sluice, stream, rich, directory = sys.argv[1:]
    with open(rich, encoding='utf-8') as f:
        request = json.load(f)
    tools = [variants(tool) for tool in request['tools'] + MORE_TOOLS]
    settings = {name: variants(value) for name, value in request.items()}
    settings['tools'] = [request['tools']] + ODD
    for choice in CHOICES:
        settings['tool_choice'] += variants(choice)
    # One request tries a variant of each at once: they do not meet.
    rounds = max(map(len, tools + list(settings.values())))
    for number in range(rounds):
        each = {name: of[number % len(of)] for name, of in settings.items()}
        if number >= len(settings['tools']):
            each['tools'] = [of[number % len(of)] for of in tools]
        found = faults(sluice, stream, each, directory)
        if found:
            print(json.dumps(each))
            print('request %d: %s' % (number, found[0]))
            return 1
    print('%d odd requests, each shown as the schema allows' % rounds)
    return 0


sys.exit(main())
