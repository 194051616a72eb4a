"""A server that repeats its client's key, and what looks for it in the client's outputs (key_is_never_shown.sh).

    key_echo.py forms              prints the forms that it knows
    key_echo.py places             prints how many places it has
    key_echo.py serve KEY          prints "listening on URL"; URL/FORM/v1/chat/completions answers with KEY in that
                                   form, each request in the next place
    key_echo.py check KEY FILE...  fails where 12 bytes in a row of KEY are in a file, in any form
"""
import base64
import html
import http.server
import json
import re
import sys
import urllib.parse

MOST = 12


def each(form):
    return lambda key: ''.join(form(c) for c in key)


def in_base64(text):
    return base64.b64encode(text.encode()).decode()


FORMS = {
    'plain': lambda key: key,
    'upper': str.upper,
    'part': lambda key: key[3:3 + MOST],
    'slashes': lambda key: key.replace('/', '\\/'),
    'json': each(lambda c: f'\\u{ord(c):04x}'),
    'json-in-json': each(lambda c: f'\\\\\\\\u{ord(c):04X}'),
    'percent': each(lambda c: f'%{ord(c):02x}'),
    'percent-twice': each(lambda c: f'%25{ord(c):02X}'),
    'html': each(lambda c: f'&#{ord(c)};'),
    'html-hex': each(lambda c: f'&#x{ord(c):x};'),
    'html-twice': each(lambda c: f'&amp;#{ord(c)};'),
    'base64': in_base64,
    'base64-of-header': lambda key: in_base64('Bearer ' + key),
    'base64-behind-one': lambda key: in_base64('x' + key).rstrip('='),
    'base64-behind-two': lambda key: in_base64('xy' + key).rstrip('='),
    'base64-for-urls': lambda key: base64.urlsafe_b64encode(key.encode()).decode().rstrip('='),
    'base64-twice': lambda key: in_base64(in_base64(key)),
    'base64-in-lines': lambda key: re.sub('(.{8})', '\\1\n', in_base64(key)),
    'zero-width': '\u200b'.join,
    'soft-hyphen': '\u00ad'.join,
    'control': '\x01'.join,
    'colour': '\x1b[0m'.join,
    'tags': '<wbr>'.join,
    'lines': '\r\n'.join,
}


def response(status, body, fields=''):
    kind = 'application/json' if body.startswith('{') else 'text/plain'
    data = body.encode()
    return f'HTTP/1.1 {status}\r\nContent-Type: {kind}\r\n{fields}Content-Length: {len(data)}\r\n\r\n'.encode() + data


def stream(*events):
    data = ''.join(events).encode()
    head = f'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: {len(data)}\r\n\r\n'
    return head.encode() + data


def event(value):
    return f'data: {json.dumps(value)}\n\n'


def delta(finish=None, **members):
    return event({'model': 'm', 'choices': [{'index': 0, 'delta': members, 'finish_reason': finish}]})


def whole(content, finish='stop', **members):
    choice = {'index': 0, 'message': {'role': 'assistant', 'content': content}, 'finish_reason': finish}
    return response('200 OK', json.dumps({'choices': [choice], **members}))


def tool(arguments, **named):
    return delta(tool_calls=[{'index': 0, 'function': {**named, 'arguments': arguments}}])


def error(text, **members):
    return json.dumps({'error': {'message': 'got ' + text + ', why?', **members}})


DONE = 'data: [DONE]\n\n'


def located(text):
    text = text.replace('\r', '').replace('\n', '')
    return f'Location: /v1/{text}?key={text}\r\n'


# What refuses is last: a stage of which all is refused ends the run.
PLACES = [
    lambda t: whole('Your key is ' + t + '.'),
    lambda t: whole('fine', model=t),
    lambda t: whole('fine', finish=t),
    lambda t: stream(delta(content='It is ' + t[:9]), delta(content=t[9:]), delta('stop'), DONE),
    lambda t: stream(delta(reasoning_content=t), delta('stop'), DONE),
    lambda t: stream(tool('{"key": "' + t[:7], name='f'), tool(t[7:] + '"}'), delta('tool_calls'), DONE),
    lambda t: stream(delta(content='a'), 'event: error\n', event({'error': {'message': t, 'code': t}})),
    lambda t: stream(f'data: no JSON, but {t[:9]}\ndata: {t[9:18]}\ndata: {t[18:]}\n\n'),
    lambda t: stream(f'event: other\ndata: {t[:9]}\ndata: {t[9:18]}\ndata: {t[18:]}\n\n'),
    lambda t: response('500 Internal Server Error', error(t)),
    lambda t: response('500 Internal Server Error', '{"not": "JSON, ' + t),
    lambda t: response('503 ' + t.replace('\r\n', ' '), 'busy'),
    lambda t: response('400 Bad Request', error('nothing', code=t, type=t)),
    lambda t: response('400 Bad Request', 'no', 'x-request-id: ' + t.replace('\n', '') + '\r\n'),
    lambda t: response('302 Found', '', located(t)),
    lambda t: response('400 Bad Request', ' ' * 280 + t),
    lambda t: response('401 Unauthorized', error(t)),
]
served = {}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers['Content-Length'])))
        form = self.path.split('/')[1]
        if body['max_tokens'] == 1:  # the question before the run
            return self.wfile.write(whole('fine'))
        place = served.get(form, 0)
        served[form] = place + 1
        self.wfile.write(PLACES[place % len(PLACES)](FORMS[form](self.server.key)))

    def log_message(self, *_):
        pass


def serve(key):
    server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
    server.key = key
    print(f'listening on http://127.0.0.1:{server.server_port}', flush=True)
    server.serve_forever()


def decodings(text):
    """What the text is in each form of one level."""
    read = re.sub(r'\\+u([0-9a-fA-F]{4})', lambda m: chr(int(m[1], 16)), text)
    yield read.replace('\\/', '/').replace('\\n', '\n').replace('\\r', '\r')
    yield re.sub(r'\\\\', r'\\', text)
    yield urllib.parse.unquote(text, errors='replace')
    yield html.unescape(text)
    yield re.sub(r'<[^>]*>|\x1b\[[0-9;]*m|\\+u001b\[[0-9;]*m', '', text)
    runs = re.findall(r'(?:[A-Za-z0-9+/_-][\r\n]*){16,}', text)
    for skipped in range(4):
        parts = []
        for run in runs:
            run = re.sub(r'[\r\n]', '', run).replace('-', '+').replace('_', '/')[skipped:]
            parts.append(base64.b64decode(run[:len(run) // 4 * 4]).decode('latin-1'))
        yield '~'.join(parts)


def has_key(text, key):
    seen = re.sub(r'[^\x21-\x7e]', '', text).lower()
    return any(key[at:at + MOST].lower() in seen for at in range(len(key) - MOST + 1))


def check(key, files):
    bad = 0
    for name in files:
        with open(name, encoding='utf-8', errors='replace') as file:
            text = file.read()
        known = {text}
        last = known
        for _ in range(3):
            last = {d for t in last for d in decodings(t)} - known
            known = known | last
        if any(has_key(t, key) for t in known):
            print(f'the key is in {name}')
            bad = 1
    return bad


if __name__ == '__main__':
    command, *words = sys.argv[1:]
    if command == 'forms':
        print(*FORMS)
    elif command == 'places':
        print(len(PLACES))
    elif command == 'serve':
        serve(words[0])
    else:
        sys.exit(check(words[0], words[1:]))
