"""Addresses that change something or lead to a form, told by their words: none of them is asked for.

A word counts where a shop's own programs stand: a whole segment of a path, a parameter's name, the value of a parameter
that names a program. In the name of a product (`/products/notify-lamp`) it says nothing.
"""

import re
import unicodedata
from urllib.parse import unquote

from magicai.shops.crawling import urls

_BETWEEN = re.compile(r"[\W_]+")
_ACCENTS = re.compile("[\u0300-\u036f]+")
_HUMP = re.compile(r"(?<=[a-z\d])(?=[A-Z])")
_FILE = re.compile(r"\.(?:html?|php\d?|aspx?|jsp|do|cgi|cfm)$")

# Segments, as words between dashes without accents.
_ARTICLES = (
    r"(?:-(?:a|an|the|your|my|our|us|new|this|it|to|for|on|about|product|products|customer|item|price|stock|eine?n?|zum?"
    r"|artikel|produkt|une?|votre|son|notre|sur|una|tu|un|su|het|een|je|uma|sua|o|do|en|et|la|le|el|du|de))*"
)
_OPINION = (
    r"(?:reviews?|ratings?|comments?|feedback|testimonials?|opinions?|bewertung(?:en)?|rezension(?:en)?|kommentare?"
    r"|avis|commentaires?|opinion|opiniones|resenas?|valoracion(?:es)?|comentarios?|recension[ei]|commenti|recensies?"
    r"|beoordeling(?:en)?|avaliac(?:ao|oes)|opinie|opinia|recenzj[ei]|recension(?:er)?|omdomen?|anmeldelser?|arvostelu)"
)
_QUESTION = (
    r"(?:questions?|enquir(?:y|ies)|inquir(?:y|ies)|quotes?|quotations?|experts?|frage|fragen|anfrage|devis"
    r"|preguntas?|consultas?|domand[ae]|preventivo|vraag|vragen|offerte|perguntas?|orcamento|pytanie|pytania|fraga|fragor"
    r"|callback|call|sample|rma)"
)
_DOES = (
    r"(?:writes?|adds?|posts?|submits?|creates?|leave|give|new|edits?|save|send|rate|ask|request|get|make|form|schreiben"
    r"|abgeben|verfassen|hinzufugen|hinzufuegen|stellen|senden|ecrire|donner|poser|ajouter|deposer|laisser|demander"
    r"|demande|escribir|escribe|dejar|hacer|haz|anadir|enviar|solicitar|scrivi|scrivere|lascia|fai|aggiungi|invia|schrijf"
    r"|schrijven|plaats|stel|geef|escrever|escreva|fazer|faca|adicionar|deixar|napisz|dodaj|zadaj|wystaw|zapytaj"
    r"|skriv|stall|lagg-till|vote|like|helpful|report)"
)
_PERSONS = (
    r"(?:my-?)?account(?:-.*)?|konto|mein-konto|kundenkonto|(?:mon-)?compte|mi-cuenta|il-mio-account|mijn-account"
    r"|minha-conta|moje-konto|mitt-konto|customer"
)
_ENTERS = (
    r"log-?(?:in|out|on|off)(?:-.*)?|sign-?(?:in|out|up|on)|register|registration|create-(?:account|customer)"
    r"|password(?:-.*)?|(?:forgot|lost|reset|change)(?:-your)?-password|anmelden|abmelden|einloggen|ausloggen"
    r"|registrieren|registrierung|connexion|deconnexion|inscription|identification|iniciar-sesion|cerrar-sesion"
    r"|registr(?:o|arse|ati|azione)|accedi|inloggen|uitloggen|registreren|entrar|sair|cadastr(?:o|ar)|zaloguj|wyloguj"
    r"|logowanie|rejestracja|logga-(?:in|ut)"
)
_BUYS = (
    r"add-to-.*|addto.*|buy-?now|cart|basket|shopping-(?:cart|bag|basket)|view-cart|checkouts?|one-?page-?checkout"
    r"|warenkorb|kasse|panier|commande|carrito|carrello|winkel(?:wagen|mand(?:je)?)|carrinho|koszyk|varukorg|kassan?"
    r"|(?:my-?)?orders|order-(?:status|history|tracking|follow|slip)|guest-tracking|quick-?order"
)
_KEEPS = (
    r"wish-?lists?|merkzettel|merkliste|wunsch(?:zettel|liste)|favou?rites?|liste-de-souhaits|lista-de-deseos"
    r"|lista-(?:dei-)?desideri|verlanglijst(?:je)?|lista-de-desejos|schowek|onskelista"
    r"|(?:product-)?compar(?:e|ison|er|ar|ateur)(?:-(?:list|products?))?|vergleich(?:en|sliste)?|confronta"
    r"|vergelijk(?:en)?|porownaj|jamfor"
)
_TELLS = (
    r"(?:stock-|price-|product-|back-in-stock-)?(?:notif(?:y|ications?|ier)|alerts?)(?:-(?:me|when|if|back|in|on|stock"
    r"|price|available|availability|product|list|subscribe|form))*|product-?alerts?|benachrichtig(?:en|ung)"
    r"|(?:un|de)-?(?:subscri(?:be|ption)|register)(?:-.*)?|subscribe(?:-(?:to|us|now|newsletter))*|opt-?(?:in|out)"
    r"|news-?letters?(?:-.*)?|abbestellen|austragen|desinscription|desabonnement|(?:darse-de-)?baja"
    r"|disiscri.*|afmelden|uitschrijven|cancelar-inscricao|wypisz(?:-sie)?|avregistrera|avprenumerera"
    rf"|(?:tell|send|e-?mail|refer|recommend|share){_ARTICLES}-(?:friends?|page|product)|sendto?friend|sendtoafriend"
    r"|send-?friend|tell-?a-?friend|weiterempfehlen|recommander|share"
    r"|contacts?(?:-us|-form)?|kontakt(?:-?formular)?|(?:nous-)?contact(?:er|ez)(?:-nous)?|contacto|contatt[io]"
    r"|contattaci|contato|写评论|发表(?:评论|评价)|评价商品|(?:我要)?提问|到货(?:通知|提醒)|退订|取消订阅|登录|登入|注册"
    r"|购物车|加入购物车|レビューを書く|再入荷通知|ログイン|会員登録|カート|お問い合わせ|退会|장바구니|로그인|회원가입"
    r"|상품평쓰기"
)
_SETS = (
    r"currency|(?:switch|change|set)-?(?:currency|lang(?:uage)?|store)"
    r"|admin|wp-(?:admin|login|comments-post|cron)|cgi-bin|cgi|xmlrpc|delete|remove"
)
_SEGMENT = re.compile(
    rf"{_PERSONS}|{_ENTERS}|{_BUYS}|{_KEEPS}|{_TELLS}|{_SETS}"
    rf"|(?:product-)?{_DOES}{_ARTICLES}-(?:{_OPINION}|{_QUESTION})"
    rf"|(?:product-|customer-)?(?:{_OPINION}|{_QUESTION})-{_DOES}"
    r"|(?:ask|frage|question|pregunta|domanda|vraag|pytanie)-(?:us|zum?|sur|about|over|o)(?:-.*)?|fragen-zum?-.*"
    r"|(?:produkt|artikel)-?anfrage|anfrage-?formular|contact-seller"
)
# Verbs of what writes: done with the thing that the segments before name, if any; behind stands at most which one.
_ALONE = re.compile(
    r"(?:adds?|writes?|submits?|creates?|edits?|update|toggle|cancel|confirm|(?:up|down)?vote|(?:un)?subscribe|rate"
    r"|answer|(?:dis|un)?like|(?:un)?follow|flag|approve|reject|destroy)(?:-(?:this|it|up|down|item))?"
)
_LAST = re.compile(rf"{_DOES}|{_ALONE.pattern}")
_OF_OPINION = re.compile(rf"(?:product-|customer-)?(?:{_OPINION}|{_QUESTION})|qa|faqs?|alerts?|comment|vote")
_NAMES_A_THING = re.compile(
    r"products?|produkte?|produits?|productos?|prodott[oi]|produtos?|items?|artikel|collections?|categor(?:y|ies|ia|ie)"
    r"|kategorien?|p|c|dp|catalog(?:ue)?|brands?|marken?|tags?|shop|store|blog|news"
)
_WHICH = re.compile(r"\d+|[\da-f]{8,}|id|product|product-id")

# Parameters.
_PROGRAM = re.compile(r"route|main_page|controller|page_?name|r|option|module|fc|pagename|file|tmpl|dispatch|mod|app")
_COMMAND = re.compile(
    r"action|act|do|cmd|command|task|op|operation|process|func(?:tion)?|method|event|\w+_(?:action|cmd|command|task)"
    r"|perform"
)
_COMMANDS = re.compile(
    r"add(?!ons|itional)|buy|remov|delet|log(?:in|out|on|off)?$|cart|basket|wish|compar|print$|share$|currenc|notif"
    r"|(?:un)?subscri|ask$|question|write|submit|send|vote|rate$|rating|tell$|friend|e?mail|order(?!by)|checkout|pay$"
    r"|regist|account|updat|edit$|creat|cancel|confirm|report|comment|contact|save$|empty|clear$|sign(?:in|up|out)"
    r"|password|review|alert|favo|toggle|apply|coupon|set$|post$|upload|reset"
)
_ACTS = re.compile(
    r"(?:add|remove|delete|undo|cancel|confirm|update|toggle|write|submit|vote|notify|buy|clear|empty)(?:[-_]\w+)*"
    r"|(?:un)?subscri(?:be|ption)\w*|add(?:to)?(?:cart|basket|wishlist|compare)|(?:my)?log(?:in|out)|share|print"
    r"|_method|replytocom|currency|set[-_]?(?:currency|lang\w*|store)|redirect(?:[-_]?to|[-_]?url)?|return(?:[-_]?(?:to|url))?"
    r"|wc-(?:ajax|api)|attachment_id|_?wp_?nonce|\w*nonce|csrf\w*|form_key|_token|authenticity_token|uenc|review[-_]?form"
    r"|coupon(?:_?code)?|apply_coupon|empty-cart|email|wlaction|___(?:from_)?store"
)


def acts(url: str) -> bool:
    """Whether an address changes something when it is asked for, or leads to a form."""
    if _says_so(_words_of(urls.path(url)), slugs=True):
        return True
    if "?" not in url:
        return False
    for written, value in urls.parameters(url):
        name = unquote(written).strip("[]").lower()
        if _ACTS.fullmatch(name) or (_PROGRAM.fullmatch(name) and _says_so(_words_of(value), slugs=False)):
            return True
        if _COMMAND.fullmatch(name) and any(map(_COMMANDS.match, "-".join(_words_of(value)).split("-"))):
            return True
    return False


def _says_so(segments: list[str], *, slugs: bool) -> bool:
    """Whether segments name an action; where they may be slugs, those behind a word for goods are their names."""
    before, of_opinion = "", False
    behind = len(segments)
    while behind and _WHICH.fullmatch(segments[behind - 1]):
        behind -= 1
    for at, segment in enumerate(segments):
        is_name = slugs and at == len(segments) - 1 and "-" not in segment and _NAMES_A_THING.fullmatch(before)
        if _SEGMENT.fullmatch(segment) and not is_name:
            return True
        if of_opinion and _LAST.fullmatch(segment):
            return True
        is_alone = _ALONE.fullmatch(segment) and not (slugs and _NAMES_A_THING.fullmatch(before))
        if is_alone and at >= behind - 1:
            return True
        before, of_opinion = segment, of_opinion or _OF_OPINION.fullmatch(segment) is not None
    return False


def _words_of(path: str) -> list[str]:
    """The segments of a path as words between dashes: lower case, without accents and endings of files."""
    if "%" in path:
        path = unquote(path)
    if not path.isascii():
        path = unicodedata.normalize("NFC", _ACCENTS.sub("", unicodedata.normalize("NFD", path)))
    return [_words(segment) for segment in path.split("/") if segment]


def _words(segment: str) -> str:
    return _BETWEEN.sub("-", _HUMP.sub("-", _FILE.sub("", segment))).strip("-").lower()
