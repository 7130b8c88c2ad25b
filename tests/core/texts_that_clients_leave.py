"""Texts that clients, servers of models, filters and templates leave where a response should stand."""

from __future__ import annotations

from reviewer.core.no_response_kinds import NoResponseKind

LEFT = {
    NoResponseKind.BYTES: [
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==",
        "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk",
        "00000000: 8950 4e47 0d0a 1a0a 0000 000d 4948 4452  .PNG........IHDR",
        "b'\\x1f\\x8b\\x08\\x00\\x00\\x00\\x00\\x00\\x00\\x03'",
        "3f2504e0-4f89-11d3-9a0c-0305e82c3301",
        "https://storage.example.com/outputs/0012.json?X-Amz-Expires=3600",
        "H4sIAAAAAAAAA/NIzcnJVyjPL8pJUQQAlRmFGwwAAAA=",
        "b'\\x89PNG\\r\\n\\x1a\\n\\x00\\x00'",
        "\\x1f\\x8b\\x08\\x00\\x00",
        "%PDF-1.7\n%\ufffd\ufffd\ufffd\ufffd",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c",
        "bytearray(b'')",
        "tensor([[1, 2, 3]], device='cuda:0')",
        "array([], dtype=object)",
        "data:application/octet-stream;base64,AAAAHGZ0eXBpc29t",
        "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAgGBgcGBQgHBwc=",
        "GIF89a\ufffd\ufffd\ufffd",
        "b''",
    ],
    NoResponseKind.ERROR_PAGE: [
        (
            '<!DOCTYPE html><html><head><meta charset="utf-8"><title>Our services aren\'t available'
            " right now</title></head><body><h2>Our services aren't available right now</h2><p>We'"
            "re working to restore all services as soon as possible. Please check back soon.</p>0A"
            "bc123</body></html>"
        ),
        (
            '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN"><html><head><title>IIS 10.0 '
            "Detailed Error - 500.19 - Internal Server Error</title></head><body></body></html>"
        ),
        (
            '<html><head><meta http-equiv="refresh" content="0;url=https://login.corp.example/port'
            'al"></head><body></body></html>'
        ),
        (
            '<!DOCTYPE html><html><head><title>Application error</title></head><body><iframe src="'
            '//www.herokucdn.com/error-pages/application-error.html"></iframe></body></html>'
        ),
        (
            "<html><head><title>Website blocked</title></head><body>Your organization's policy has"
            " blocked this site.</body></html>"
        ),
        (
            "<html><body><p>The requested URL was rejected. Please consult with your administrator"
            ".</p><p>Your support ID is: 123</p></body></html>"
        ),
    ],
    NoResponseKind.ERROR_TEXT: [
        (
            'Post "https://api.example.com/v1/chat/completions": context deadline exceeded (Client'
            ".Timeout exceeded while awaiting headers)"
        ),
        "dial tcp 10.0.0.5:8000: connect: connection refused",
        (
            "/app/client.rb:12:in `fetch': undefined method `dig' for nil:NilClass (NoMethodError)"
            "\n\tfrom /app/client.rb:30:in `<main>'"
        ),
        "cURL error 7: Failed to connect to api.example.com port 443: Connection refused",
        "The operation couldn\u2019t be completed. (NSURLErrorDomain error -1009.)",
        "** (Mint.TransportError) connection refused\n    (req 0.4.0) lib/req.ex:1041: Req.request!/2",
        "500 Can't connect to api.example.com:443 (certificate verify failed)",
        (
            "Invoke-RestMethod : The remote server returned an error: (403) Forbidden.\nAt line:1 c"
            "har:1\n+ Invoke-RestMethod -Uri $uri\n    + CategoryInfo          : InvalidOperation"
        ),
        (
            "lua: main.lua:14: attempt to index a nil value (field 'choices')\nstack traceback:\n\tma"
            "in.lua:14: in main chunk\n\t[C]: in ?"
        ),
        "Error: llama runner process has terminated: signal: killed",
        '{"error":"Model meta-llama/X is currently loading","estimated_time":20.0}',
        "Input validation error: `inputs` must have less than 4096 tokens. Given: 5120",
        "StatusCode.UNAVAILABLE: failed to connect to all addresses; last error: UNKNOWN: ipv4:127.0.0.1:50051",
        (
            "<_InactiveRpcError of RPC that terminated with:\n\tstatus = StatusCode.DEADLINE_EXCEEDE"
            'D\n\tdetails = "Deadline Exceeded"\n>'
        ),
        "slurmstepd: error: *** JOB 12345 ON node01 CANCELLED AT 2026-01-02T10:00:00 DUE TO TIME LIMIT ***",
        "You have reached your daily limit for this model. Upgrade your plan to continue.",
        "We\u2019re experiencing exceptionally high demand. Hang tight as we work on scaling our systems.",
        "The message you submitted was too long, please reload the conversation and submit something shorter.",
        "Your session has expired. Please log in again to continue.",
        "You need to enable JavaScript to run this app.",
        'Get "http://10.1.2.3:11434/api/tags": dial tcp 10.1.2.3:11434: i/o timeout',
        "sttp.client3.SttpClientException$ReadException: Exception when sending request: POST https://x",
        "Error: Transport(Transport { kind: ConnectionFailed, message: None })",
        'Os { code: 111, kind: ConnectionRefused, message: "Connection refused" }',
        "error: Uncaught (in promise) TypeError: error sending request",
        (
            "ClientException with SocketException: Failed host lookup: 'api.example.com' (OS Error"
            ": nodename nor servname provided, errno = 8)"
        ),
        (
            "The underlying connection was closed: A connection that was expected to be kept alive"
            " was closed by the server."
        ),
        "The SSL connection could not be established, see inner exception.",
        "A server error has occurred\n\nFUNCTION_INVOCATION_TIMEOUT",
        "Service Suspended",
        "ngrok gateway error\nThe server returned an invalid or incomplete HTTP response.\nERR_NGROK_3004",
        "unexpected status code: 502, body: upstream error",
        "('Connection broken: IncompleteRead(0 bytes read)', IncompleteRead(0 bytes read))",
        "Net::ReadTimeout with #<TCPSocket:(closed)>",
        (
            "Warning: file_get_contents(https://x): failed to open stream: HTTP request failed! HT"
            "TP/1.1 429 Too Many Requests"
        ),
        "bash: line 1:  4242 Killed                  python run.py",
        "The process cannot access the file because it is being used by another process.",
        "Result { status: 429 }",
        "Ok(None)",
    ],
    NoResponseKind.MARKER: [
        "[This response was blocked by the content moderation system]",
        "Content blocked.",
        "***CONTENT MODERATED***",
        "BLOCKED_BY_GUARDRAIL",
        "unsafe\nS2",
        "The response was filtered.",
        "flagged: true",
        '<blocked reason="safety"/>',
        "guardrail_intervened",
        "SKIPPED (budget)",
        "N/A - model did not return output",
        "not run",
        "Output blocked by guardrail: violence",
        "The generated text has been blocked by our content filters.",
        "Response hidden due to sensitive content",
        "Your prompt was flagged as potentially violating our usage policy.",
        "\u26a0\ufe0f This content has been removed.",
        "I'm sorry, but the response was filtered.",
        "[moderation: blocked]",
        "***** BLOCKED BY POLICY *****",
        "No output (safety).",
        "Prohibited content detected.",
        "Request rejected: high risk content",
        "n/a (refused by filter)",
        "Null response",
        '{"blocked": true, "reason": "safety"}',
        "This response has been hidden because it may violate our policies.",
        "Message deleted by moderator.",
        "[[BLOCKED BY SAFETY FILTER]]",
        "Output suppressed.",
        "The AI response was removed.",
        "unsafe\nS1,S10",
    ],
    NoResponseKind.MARKUP: [
        "1. \n2. \n3. \n4. \n5. \n6. \n",
    ],
    NoResponseKind.MISSING: [
        (
            '{"candidates":[{"finishReason":"SAFETY","safetyRatings":[{"category":"HARM_CATEGORY_D'
            'ANGEROUS_CONTENT","probability":"HIGH"}]}],"usageMetadata":{"promptTokenCount":5}}'
        ),
        '{"promptFeedback":{"blockReason":"PROHIBITED_CONTENT"}}',
        ('{"output":{"message":{"role":"assistant","content":[]}},"stopReason":"guardrail_intervened"}'),
        ('{"message":{"role":"assistant","content":""},"done":true,"eval_count":0,"prompt_eval_count":12}'),
        '{"status":"incomplete","incomplete_details":{"reason":"max_output_tokens"},"output":[]}',
        '{"data":null}',
    ],
    NoResponseKind.OBJECT: [
        "[object Object],[object Object]",
        (
            "ChatCompletion(id='x', choices=[Choice(finish_reason='length', index=0, message=ChatC"
            "ompletionMessage(content='', role='assistant'))])"
        ),
        "dict_keys(['error'])",
    ],
    NoResponseKind.PLACEHOLDER: [
        "<<RESPONSE>>",
        "[[ model_output ]]",
        "#{answer}",
        "{{ response.choices[0].message.content }}",
        "@Model.Response",
        "{{#each messages}}{{content}}{{/each}}",
        "$RESPONSE$",
        "{% if response %}{{ response }}{% endif %}",
        "{{ model.output | trim }}",
        "$.choices[0].message.content",
        "response['choices'][0]['message']['content']",
        "<<<OUTPUT>>>",
        "[% answer %]",
        "{{assistant_message}}\n{{/if}}",
        "${{ steps.run.outputs.text }}",
        "[RESPONSE_TEXT]",
        "{{answer}} {{sources}}",
    ],
    NoResponseKind.STREAM: [
        (
            'data: {"id":"c1","object":"chat.completion.chunk","choices":[{"index":0,"delta":'
            '{"role":"assistant","content":""},"finish_reason":null}]}\n\ndata: {"id":"c1","cho'
            'ices":[{"delta":{"content":"I"}}]}\n\ndata: {"id":"c1","choices":[{"delta":{"conte'
            'nt":" ca'
        ),
        (
            'event: message_start\ndata: {"type":"message_start","message":{"id":"msg_1","content":'
            '[]}}\n\nevent: ping\ndata: {"type": "ping"}\n\n'
        ),
        ": OPENROUTER PROCESSING\n\n: OPENROUTER PROCESSING\n\n",
        'data: {"choices":[{"delta":{},"finish_reason":"content_filter"}]}\n\ndata: [DONE]\n',
        (
            '{"model":"m","created_at":"2026","response":"The","done":false}\n{"model":"m'
            '","created_at":"2026","response":" first","done":false}\n{"model":"m","cre'
        ),
        'data: {"type":"response.created","response":{"id":"r1"}}\n\ndata: {"type":"response.in_pro',
        'event: completion\ndata: {"completion":" I","stop_reason":null}\n\n',
        ('{"token":{"id":1,"text":" I"},"generated_text":null}\n{"token":{"id":2,"text":" am"},"generated_text":null}'),
    ],
}
