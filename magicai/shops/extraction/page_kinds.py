"""What a page is that shows no product: a bot wall, a log-in, a soft 404, an empty shell, or just another page."""

import re

from selectolax.lexbor import LexborNode

from magicai.shops.crawl import UrlKind
from magicai.shops.extraction.address_kinds import promise_of
from magicai.shops.extraction.page import Page
from magicai.shops.extraction.reading import PageKind

_SHORT = 2_500  # characters of visible text beyond which a page is no wall
_SHELL = 600
_HEADING_LIMIT = 200
_MENU = 25  # links that a shop's own pages have at least
# Marks of the services that stand before shops; each page of theirs carries one, and shops' own short pages none.
_BLOCK_MARKS = re.compile(
    rb"/cdn-cgi/challenge-platform/h/|cf-chl-|cf_chl_|cf-error-details|cf-browser-verification|_Incapsula_Resource"
    rb"|incident_id|errors\.edgesuite\.net"
    rb"|/_sec/cp_challenge|ak-challenge|akamai-challenge|distil_r_|datadome|captcha-delivery\.com|px-captcha"
    rb"|perimeterx|_pxAppId|sucuri_cloudproxy|ddos-guard|awswaf"
    rb"|kpsdk|reblaze|_____tmd_____|x5secdata|bm-verify|radware|shieldsquare|bot-detection|barracuda_waf|/TSPD/"
    rb"|wordfence",
    re.IGNORECASE,
)
_CAPTCHA_MARKS = re.compile(
    rb"captcha-delivery\.com|px-captcha|g-recaptcha|h-captcha|hcaptcha\.com|recaptcha/api|turnstile|arkoselabs"
    rb"|funcaptcha|geetest|nc_1_n1z|nocaptcha|captcha",
    re.IGNORECASE,
)
_BLOCK_WORDS = re.compile(
    r"access (?:to this page )?(?:has been )?denied|you have been blocked|sorry, you have been blocked"
    r"|request (?:unsuccessful|blocked)|pardon our interruption|just a moment|attention required"
    r"|checking your browser|verifying (?:you are|your browser)|verify(?:ing)? (?:that )?you are (?:a )?human"
    r"|ddos protection|unusual (?:traffic|activity)|automated (?:access|requests?|traffic)|are you a robot"
    r"|bot detected|rate limit exceeded|too many requests"
    r"|enable javascript and cookies to continue|please enable js\b|please enable cookies|security check"
    r"|403 forbidden|forbidden|zugriff verweigert|accès (?:refusé|interdit)|acceso denegado|accesso negato"
    r"|toegang geweigerd|acesso negado|odmowa dostępu"
    r"|访问(?:被拒绝|受限|过于频繁|验证)|訪問被拒|拒绝访问|安全验证|系统检测到|アクセスが(?:拒否|制限)|アクセスできません"
    r"|접근이 (?:차단|거부)|доступ (?:запрещ|ограничен)",
    re.IGNORECASE,
)
_CAPTCHA_WORDS = re.compile(
    r"captcha|i'?m not a robot|are you (?:a )?(?:human|robot)|(?:prove|confirm) (?:that )?you(?:'re"
    r"| are) (?:a )?human|verify (?:that )?you(?:'re| are) (?:a )?human|type the characters|slide to verify"
    r"|complete the security check|ich bin kein roboter|je ne suis pas un robot|no soy un robot"
    r"|non sono un robot|ik ben geen robot|não sou um robô|nie jestem robotem|滑动验证|拖动滑块"
    r"|请(?:输入|完成)?验证|验证码|驗證碼|人机验证|画像認証|私はロボットではありません|로봇이 아닙니다|не робот",
    re.IGNORECASE,
)
_CONSENT_MARKS = re.compile(
    rb"onetrust|usercentrics|didomi|cookiebot|quantcast|trustarc|consentmanager|sp_message|iubenda|klaro"
    rb"|cookie-?consent|consent\.",
    re.IGNORECASE,
)
_CONSENT_WORDS = re.compile(
    r"(?:accept|allow|agree|reject|manage)(?: to)? (?:all|cookies|and continue)|before you continue"
    r"|we (?:and our partners )?use cookies|your privacy|bevor sie (?:fortfahren|weiter)"
    r"|alle (?:cookies )?akzeptieren|wir verwenden cookies|zustimmen und weiter"
    r"|tout accepter|nous utilisons des cookies|avant de continuer|aceptar (?:todo|todas|cookies)|utilizamos cookies"
    r"|accetta (?:tutti|tutto)|utilizziamo i cookie|alles accepteren|wij gebruiken cookies|aceitar (?:todos|tudo)"
    r"|zaakceptuj|godkänn alla|acceptera alla"
    r"|接受所有|同意并继续|クッキー|同意して",
    re.IGNORECASE,
)
_LOGIN_WORDS = re.compile(
    r"^\W*(?:(?:customer|account|member|user|please|kunden)[ -]?)?(?:log[ -]?in|sign[ -]?in|anmelden|anmeldung"
    r"|einloggen|connexion|se connecter|identifiez-vous|iniciar sesión|inicia sesión|acced[ie]|accedi|inloggen"
    r"|entrar|zaloguj(?: się)?|logowanie|logga in|log ind|logg inn"
    r"|přihlášení|вход|войти|登录|登錄|登入|请登录|ログイン|로그인)\b",
    re.IGNORECASE,
)
_NOT_FOUND = re.compile(
    r"\b404\b|(?:page|product|item|site|content|file) (?:(?:was|is|could|cannot|can't|can ?not|can’t|couldn't"
    r"|you requested (?:was|does)) ?)?(?:not|n't)?(?: be)? ?(?:found|exist)|not found|page (?:doesn.t"
    r"|does not) exist|no longer (?:exists|available)|nothing (?:was )?found|oops|lost\?"
    r"|nicht gefunden|existiert nicht|seite nicht (?:verfügbar|vorhanden)|nicht mehr (?:verfügbar|vorhanden|erhältlich)"
    r"|n.est plus disponible|ya no está disponible|已失效|(?:page|produit) (?:introuvable"
    r"|non trouvée?)|introuvable|n.existe (?:pas|plus)|no encontrad[ao]|no existe|non (?:è stata )?trovat[ao]"
    r"|non esiste|niet gevonden|bestaat niet"
    r"|não encontrad[ao]|não existe|nie (?:została )?znalezion[oa]|nie istnieje|hittades inte|kunde inte hittas"
    r"|finns inte|ikke fundet|ikke funnet|ei löytynyt|nenalezen|nem található|не найден[ао]?|не существует"
    r"|页面不存在|页面未找到|頁面不存在|找不到(?:页面|頁面|您|该|商品)|商品(?:不存在|已下架|已删除)|宝贝不存在"
    r"|该商品已|ページが見つかりません|見つかりません|お探しのページ|존재하지 않는|찾을 수 없",
    re.IGNORECASE,
)
_SCRIPTS_WANTED = re.compile(
    r"(?:enable|turn on|requires?|need|activate|without) javascript|javascript (?:is )?(?:required|disabled|must"
    r"|to be enabled|enabled)|javascript aktivier|activer javascript|habilit[ae] javascript"
    r"|abilita(?:re)? javascript|schakel javascript|włącz(?:yć)? javascript|aktivera javascript|启用 ?javascript"
    r"|javascriptを(?:有効|オン)|включ\w+ javascript",
    re.IGNORECASE,
)
_ROOTS = (
    "#app,#root,#__next,#__nuxt,#___gatsby,#main-app,#react-root,#vue-app,#ember-app,#svelte,app-root,[ng-app]"
    ',[data-reactroot],[ng-version],#app-root,#application,#single-spa-application,[data-server-rendered="false"]'
)
_PLACEHOLDER = re.compile(r"\{\{\s?[\w$.|:' -]{2,80}\s?\}\}|\[\[\s?[\w$.]{2,60}\s?\]\]|<%[=-]")
_SKELETONS = (
    '[class*="skeleton"],[class*="Skeleton"],[class*="shimmer"],[class*="placeholder-glow"],[class*="loading-placeholder"]'
    ',[aria-busy="true"]'
)


def kind_without_products(page: Page) -> PageKind:
    """What a page is that states no product."""
    text = page.text
    title = page.title
    headings = " ".join(node.text(separator=" ") for node in page.headings[:3])[:_HEADING_LIMIT]
    if len(text) <= _SHORT:
        wall = _wall(page, f"{title}\n{headings}", text)
        if wall is not None:
            return wall
    if says_not_found(page):
        return PageKind.NOT_FOUND
    if page.tree.css_first('input[type="password"]') is not None and (
        _LOGIN_WORDS.match(title) or _LOGIN_WORDS.match(headings) or (len(text) <= _SHELL and not headings)
    ):
        return PageKind.LOGIN
    if not text.strip():
        return PageKind.EMPTY
    return PageKind.OTHER


def says_not_found(page: Page) -> bool:
    """Whether a page's title or heading says that there is nothing here."""
    headings = [node.text(separator=" ")[:_HEADING_LIMIT] for node in page.headings[:3]]
    return any(map(is_notice, {page.title, *headings}))


def is_notice(words: str) -> bool:
    """Whether a title or a name only says that there is nothing here."""
    return _NOT_FOUND.search(words) is not None


def _wall(page: Page, names: str, text: str) -> PageKind | None:
    blocked = _BLOCK_MARKS.search(page.markup) is not None
    brief = len(text) <= _SHORT // 2
    said = _BLOCK_WORDS.search(names) is not None or (brief and _BLOCK_WORDS.search(text) is not None)
    if b"captcha-delivery.com" in page.markup or _asks_for_a_person(page, names, text, certain=blocked or said):
        return PageKind.CAPTCHA
    # A wall that says nothing is a script that must run first.
    if (said and (blocked or brief)) or (blocked and len(text) <= _SHELL and not page.headings):
        return PageKind.BLOCKED
    return PageKind.CONSENT if _asks_for_consent(page, names, text) else None


def _asks_for_a_person(page: Page, names: str, text: str, *, certain: bool) -> bool:
    if _CAPTCHA_WORDS.search(f"{names}\n{text}") is None or _has_form_of_its_own(page):
        return False
    return certain or len(text) <= _SHELL or _CAPTCHA_MARKS.search(page.markup) is not None


def _asks_for_consent(page: Page, names: str, text: str) -> bool:
    if not _CONSENT_WORDS.search(text) or len(page.anchors) >= _MENU:
        return False
    remaining = len(text) - sum(len(line) for line in text.split("\n") if _CONSENT_WORDS.search(line))
    marked = _CONSENT_MARKS.search(page.markup) is not None
    return _CONSENT_WORDS.search(names) is not None or (marked and remaining <= _SHELL)


def _has_form_of_its_own(page: Page) -> bool:
    """Whether a page has a captcha only as part of a form: a contact page, a log-in."""
    return page.tree.css_first('input[type="password"],input[type="email"],textarea[name*="message"]') is not None


def needs_rendering(page: Page) -> bool:
    """Whether the scripts of a page without products may draw some."""
    if not any(script.kind in ("", "module", "text/javascript", "application/javascript") for script in page.scripts):
        return False
    text = page.text
    if _PLACEHOLDER.search(text):
        return True
    promises = promise_of(page.url) in (UrlKind.PRODUCT, UrlKind.LISTING) or "product" in page.metas.get("og:type", "")
    short = len(text) <= (_SHORT if promises else _SHELL)
    if page.tree.css_first(_SKELETONS) is not None and (promises or short):
        return True
    roots = page.tree.css(_ROOTS)[:20]
    if any(not root.text(strip=True) for root in roots) or _is_main_part_empty(page):
        return True
    hint = any(_SCRIPTS_WANTED.search(node.text()[:1_000]) for node in page.tree.css("noscript")[:20])
    if hint or roots:
        return promises or short
    return len(text) <= _SHELL // 2 and not page.anchors


def _is_main_part_empty(page: Page) -> bool:
    main = page.tree.css_first("main,[role=main]")
    return main is not None and main.css_first("script,noscript") is not None and _shown(main) <= _SHELL // 2


def _shown(node: LexborNode) -> int:
    """How many characters of text a part of a page shows without its scripts."""
    hidden = sum(len(one.text()) for one in node.css("script,noscript,style,template"))
    return len(node.text()) - hidden
