"""The provider's few pages, in both languages, without script."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from minben.base.text import Language, Text

METHODS = {
    "citizen_certificate": Text("自然人憑證", "Citizen certificate"),
    "corporate_certificate": Text("工商憑證", "Corporate certificate"),
    "mobile_fido": Text("行動自然人憑證（TW FidO）", "Mobile certificate (TW FidO)"),
    "nhi_card": Text("健保卡", "NHI card"),
    "two_documents": Text("雙證件", "Two documents"),
}
_SERIAL = {
    "citizen_certificate": Text("讀卡機中的卡片序號", "Serial of the card in the reader"),
    "corporate_certificate": Text("讀卡機中的卡片序號", "Serial of the card in the reader"),
    "mobile_fido": Text("手機代碼", "Name of the phone"),
    "nhi_card": Text("健保卡號", "NHI card number"),
    "two_documents": Text("健保卡號", "NHI card number"),
}
_SECRET = {
    "mobile_fido": Text(
        "手機上的確認碼（代替指紋或臉部）", "Code on the phone (for the fingerprint)"
    ),
    "two_documents": Text("戶口名簿戶號", "Household number"),
}
_PIN = Text("PIN 碼", "PIN")
WORDS = {
    "title": Text("示範身分驗證中心", "Demo identity provider"),
    "simulated": Text(
        "模擬：這裡沒有真正的憑證，也沒有真正的人。",
        "Simulated: no credential here is real, and no person.",
    ),
    "sign_in": Text("{client} 想知道您是誰", "{client} asks who you are"),
    "sign": Text("您即將簽署", "You are about to sign"),
    "witness": Text("您即將見證一份簽名", "You are about to witness a signature"),
    "enrol": Text("把這支通行金鑰綁定給您", "Bind this passkey to you"),
    "choose": Text("用什麼證明？", "How do you prove it?"),
    "use": Text("使用", "Use"),
    "confirm_sign_in": Text("登入", "Sign in"),
    "confirm_sign": Text("簽署", "Sign"),
    "confirm_witness": Text("我見證本人簽名", "I saw this person sign"),
    "confirm_enrol": Text("綁定", "Bind"),
    "cancel": Text("取消，回到 {client}", "Cancel and go back to {client}"),
    "other": Text("改用其他方式", "Prove it another way"),
    "cards": Text("可以試用的示範卡片", "Demo cards to try"),
    "insert": Text("放入 {name} 的卡片", "Insert the card of {name}"),
    "stale": Text(
        "這個請求已經失效。請回到民本重新開始，沒有任何資料送出。",
        "This request is no longer open. Go back to minben and start again; nothing was sent.",
    ),
    "wrong": Text(
        "序號或 PIN 碼不對。這張卡還可以再試 {left} 次。",
        "Serial or PIN is wrong. This card can be tried {left} more times.",
    ),
    "locked": Text(
        "錯誤太多次，請在 15 分鐘後再試，或改用其他憑證。",
        "Too many wrong tries. Try again in 15 minutes, or use another credential.",
    ),
    "another": Text(
        "這張卡是別人的。請用您自己的憑證。",
        "This card is somebody else's. Use your own credential.",
    ),
    "verb_accept": Text("同意", "Accept"),
    "verb_reject": Text("拒絕", "Reject"),
    "verb_revoke": Text("撤回", "Revoke"),
}
STYLE = """
:root{color-scheme:light dark;--ink:#17211d;--paper:#fbfaf6;--line:#8a938e;--accent:#0b5d4e;
--on:#fff;--bad:#a3231c}
@media (prefers-color-scheme:dark){:root{--ink:#eceeea;--paper:#141a18;--line:#7c8782;
--accent:#7fd1bd;--on:#0b1512;--bad:#ff9d94}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:1.0625rem/1.6 system-ui,sans-serif}
:lang(zh){font-family:"Noto Sans TC","Noto Sans CJK TC","PingFang TC",sans-serif}
header,main{max-width:34rem;margin:0 auto;padding:1rem}
header{display:flex;flex-wrap:wrap;gap:.5rem 1rem;justify-content:space-between;align-items:center}
h1{font-size:1.5rem;line-height:1.3}h2{font-size:1.125rem}
.note{border-inline-start:.25rem solid var(--line);padding-inline-start:.75rem}
.bad{border:2px solid var(--bad);color:var(--bad);padding:.75rem;border-radius:.5rem}
.text{white-space:pre-line;border:1px solid var(--line);border-radius:.5rem;padding:1rem}
label{display:block;font-weight:600;margin-block:1rem .25rem}
input{font:inherit;width:100%;min-height:3rem;padding:.5rem .75rem;border:1px solid var(--line);
border-radius:.5rem;background:transparent;color:inherit}
button,.btn{font:inherit;font-weight:600;min-height:3rem;padding:.5rem 1.25rem;border-radius:.5rem;
border:2px solid var(--accent);background:var(--accent);color:var(--on);cursor:pointer}
button.quiet{background:transparent;color:var(--accent)}
button:focus-visible,a:focus-visible,input:focus-visible,summary:focus-visible
{outline:3px solid var(--accent);outline-offset:3px}
form{margin-block:1rem}a{color:var(--accent)}
.stack{display:grid;gap:.75rem;justify-items:stretch}
summary{min-height:2.75rem;padding-block:.5rem;cursor:pointer}
dl{display:grid;gap:.25rem}dd{margin:0 0 .5rem}
code{overflow-wrap:anywhere}
"""


def say(key: str, language: Language, **values: object) -> str:
    """A fixed sentence in one language, escaped."""
    return escape(WORDS[key].filled(**values).read(language))


def page(title: str, body: str, language: Language, *, here: str = "") -> str:
    """A whole page around its body."""
    other: Language = "en" if language == "zh" else "zh"
    switch = (
        f'<form method="get" action="/sign-in"><input type="hidden" name="request" value="'
        f'{escape(here)}"><button class="quiet" name="lang" value="{other}" lang="'
        f'{"en" if other == "en" else "zh-Hant-TW"}">{"English" if other == "en" else "正體中文"}'
        "</button></form>"
        if here
        else ""
    )
    return (
        f'<!doctype html><html lang="{"zh-Hant-TW" if language == "zh" else "en"}"><head>'
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{title} · {say('title', language)}</title>"
        '<link rel="stylesheet" href="/style.css"></head><body>'
        f"<header><strong>{say('title', language)}</strong>{switch}</header>"
        f"<main><h1>{title}</h1>{body}"
        f'<p class="note">{say("simulated", language)}</p></main></body></html>'
    )


def asked(
    document: Mapping[str, Any],
    methods: Sequence[str],
    *,
    name: str,
    client: Text,
    language: Language,
    method: str | None = None,
    serial: str = "",
    cards: Sequence[tuple[str, str, str]] = (),
    problem: str = "",
) -> str:
    """The page of one request: what is asked, then the method, then card and PIN."""
    kind = document["kind"]
    parts = []
    if problem:
        parts.append(f'<p class="bad" role="alert" id="problem">{problem}</p>')
    if kind in ("sign", "witness"):
        parts.append(_what_is_signed(document[kind], language))
    if method is None and len(methods) == 1:
        method = methods[0]
    if method is None:
        parts.append(_choice(methods, name, language))
    else:
        parts.append(_card_form(method, name, kind, language, serial, described=bool(problem)))
        parts.append(_cards(method, name, language, cards))
        if len(methods) > 1:
            parts.append(
                f'<p><a href="/sign-in?request={escape(name)}&amp;lang={language}">'
                f"{say('other', language)}</a></p>"
            )
    parts.append(
        _form(
            "/cancel",
            name,
            language,
            f'<button class="quiet">{say("cancel", language, client=client)}</button>',
        )
    )
    return page(say(kind, language, client=client), "".join(parts), language, here=name)


def closed(language: Language) -> str:
    """The page of a request that is no longer open."""
    return page(say("title", language), f'<p role="alert">{say("stale", language)}</p>', language)


def _what_is_signed(part: Mapping[str, Any], language: Language) -> str:
    verb = say(f"verb_{part['verb']}", language)
    text = escape(part["text"][language])
    digest = escape(part["text_digest"])
    return (
        f'<h2>{verb}</h2><div class="text" tabindex="0" role="group" aria-label="{verb}">{text}'
        f"</div><p><small><code>{digest}</code></small></p>"
    )


def _choice(methods: Sequence[str], name: str, language: Language) -> str:
    buttons = "".join(
        f'<button name="method" value="{method}">{escape(METHODS[method].read(language))}</button>'
        for method in methods
    )
    return (
        f'<h2>{say("choose", language)}</h2><form method="get" action="/sign-in">'
        f'<input type="hidden" name="request" value="{escape(name)}">'
        f'<input type="hidden" name="lang" value="{language}">'
        f'<div class="stack">{buttons}</div></form>'
    )


def _card_form(
    method: str, name: str, kind: str, language: Language, serial: str, *, described: bool
) -> str:
    about = ' aria-describedby="problem" aria-invalid="true"' if described else ""
    secret = escape(_SECRET.get(method, _PIN).read(language))
    return _form(
        "/sign-in",
        name,
        language,
        f"<h2>{escape(METHODS[method].read(language))}</h2>"
        f'<input type="hidden" name="method" value="{method}">'
        f'<label for="serial">{escape(_SERIAL[method].read(language))}</label>'
        f'<input id="serial" name="serial" value="{escape(serial)}" required autocomplete="off" '
        f'spellcheck="false" maxlength="40"{about}>'
        f'<label for="pin">{secret}</label>'
        f'<input id="pin" name="pin" type="password" required autocomplete="off" maxlength="20"'
        f"{about}><p><button>{say('confirm_' + kind, language)}</button></p>",
    )


def _cards(
    method: str, name: str, language: Language, cards: Sequence[tuple[str, str, str]]
) -> str:
    if not cards:
        return ""
    rows = "".join(
        f"<dt>{escape(holder)}</dt><dd>"
        f'<button class="quiet" name="serial" value="{escape(serial)}">'
        f"{say('insert', language, name=holder)}</button> PIN {escape(pin)}</dd>"
        for holder, serial, pin in cards
    )
    body = f'<input type="hidden" name="method" value="{method}"><dl>{rows}</dl>'
    rows = _form("/insert", name, language, body)
    return f"<details><summary>{say('cards', language)}</summary>{rows}</details>"


def _form(action: str, name: str, language: Language, body: str) -> str:
    return (
        f'<form method="post" action="{action}"><input type="hidden" name="request" '
        f'value="{escape(name)}"><input type="hidden" name="lang" value="{language}">{body}</form>'
    )
