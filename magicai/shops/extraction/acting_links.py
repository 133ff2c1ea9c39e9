"""Links that do something, told by what is written on them and by their attributes, in the languages that are read."""

import re
from collections.abc import Iterable

# By these, scripts make of a link a request that changes something.
_METHODS = frozenset(("data-method", "data-turbo-method", "data-post", "hx-post", "hx-put", "hx-patch", "hx-delete"))
_LONGEST = 80
_SAID = re.compile(
    r"\W*(?:"
    # English
    r"(?:be the first to )?(?:write|add|leave|post|submit|give|rate)"
    r"(?: (?:a|an|your|the|this|my|new|product|customer|us))*"
    r" (?:reviews?|ratings?|comments?|feedback|opinion|product|item)|(?:be the first to )?review (?:this|it)(?: \w+)?"
    r"|ask(?: (?:a|an|us|your|the|our|about|this|product))* (?:questions?|experts?|seller|us|product|item)(?: .{0,40})?"
    r"|(?:notify|e-?mail|alert|remind) me(?: .{0,40})?|(?:stock|price) alerts?|(?:un)?subscribe(?: .{0,40})?"
    r"|sign (?:up|in|out|on)(?: .{0,30})?|log ?(?:in|out|on|off)|register"
    r"|create (?:an |your )?account|remove|delete|edit"
    r"|add to (?:cart|basket|bag|wish ?list|favou?rites|compar\w+|list).{0,20}|compare|share"
    r"|report (?:abuse|this|review)"
    r"|(?:tell|send to|refer|e-?mail)(?: to)?(?: a)? friend"
    r"|request (?:a )?(?:quote|sample|call ?back)|contact(?: us| seller)?"
    r"|vote (?:up|down)|(?:not |un)?helpful"
    # German
    r"|(?:eine )?(?:bewertung|rezension|kommentar)(?:en)? (?:schreiben|abgeben|verfassen|hinzufügen)"
    r"|(?:jetzt )?bewerten"
    r"|(?:schreiben sie|schreibe)(?: die| eine)?(?: erste)? (?:bewertung|rezension)|frage(?:n)? (?:stellen|zum .{1,30})"
    r"|(?:bitte )?benachrichtig\w+(?: .{0,40})?|newsletter.{0,30}|abbestellen|abmelden|anmelden|einloggen|registrieren"
    r"|in den warenkorb|(?:auf den )?merkzettel|vergleichen|weiterempfehlen|kontakt"
    # French
    r"|(?:écrire|donner|laisser|rédiger|déposer|ajouter)(?: un| votre| mon)? (?:avis|commentaire)"
    r"|poser(?: une| votre)? question|(?:m.)?(?:avertir|prévenir|alerter)(?:[ -]moi)?(?: .{0,40})?|se désabonner"
    r"|s.abonner|désinscription|connexion|déconnexion|(?:se )?(?:dé)?connecter|s.inscrire|ajouter au panier|comparer"
    # Spanish, Portuguese, Italian
    r"|(?:escrib\w+|deja\w*|añad\w+)(?: una| tu| un)? (?:opinión|reseña|comentario|valoración)|hacer(?: una)? pregunta"
    r"|avís\w+(?: .{0,40})?|(?:darse de baja|cancelar suscripción)|iniciar sesión|cerrar sesión|registrarse"
    r"|añadir al carrito|(?:escrev\w+|deix\w+)(?: uma| a sua| sua)? (?:avaliação|opinião)|fazer(?: uma)? pergunta"
    r"|avise-me(?: .{0,40})?|cancelar (?:inscrição|subscrição)|adicionar ao carrinho|entrar|sair"
    r"|(?:scriv\w+|lascia\w*|aggiung\w+)(?: una| la tua)? recensione|fai(?: una)? domanda|avvis\w+(?: .{0,40})?"
    r"|disiscri\w+|annulla iscrizione|accedi|registrati|aggiungi al carrello"
    # Dutch, Polish, Swedish, Danish, Norwegian, Finnish
    r"|(?:schrijf|plaats)(?: een| uw| je)? (?:review|beoordeling|recensie)|stel(?: een)? vraag|uitschrijven|afmelden"
    r"|(?:houd|waarschuw) (?:mij|me).{0,40}|inloggen|uitloggen|in (?:winkelwagen|winkelmand)"
    r"|(?:napisz|dodaj|wystaw) (?:opinię|recenzję|komentarz)|zadaj pytanie|powiadom.{0,40}|wypisz się|zaloguj(?: się)?"
    r"|do koszyka|(?:skriv|lämna)(?: en| ett)? (?:recension|omdöme)|ställ(?: en)? fråga"
    r"|bevaka(?: .{0,30})?|logga (?:in|ut)"
    r"|avregistrera|(?:skriv|giv)(?: en)? anmeldelse|stil(?: et)? spørgsmål|kirjoita arvostelu|kysy(?: .{0,30})?"
    # Russian, Chinese, Japanese, Korean
    r"|(?:написать|оставить) отзыв|задать вопрос|сообщить.{0,40}|отписаться|войти|выйти|в корзину"
    r"|[我要]{0,2}(?:写|寫|撰写|发表|發表)(?:评论|評論|评价|評價|商品评价)|(?:我要)?评价"
    r"|(?:我要)?(?:提问|提問)|到货(?:通知|提醒).{0,6}"
    r"|退订|退訂|取消订阅|取消訂閱|登录|登入|注册|註冊|加入(?:购物车|購物車|收藏)|レビューを(?:書く|投稿.{0,4})"
    r"|(?:この商品について)?(?:質問|お?問い?合わ?せ).{0,4}|再入荷.{0,10}|配信停止|ログイン|ログアウト|カートに入れる"
    r"|(?:상품평|리뷰|후기) ?(?:쓰기|작성).{0,4}|(?:상품 ?)?문의(?:하기)?"
    r"|재입고 ?알림.{0,6}|구독 ?취소|로그인|로그아웃|장바구니.{0,6}"
    r")\W*",
    re.IGNORECASE,
)


def says_action(text: str) -> bool:
    """Whether what is written on a link asks to do something instead of to look."""
    text = text.strip()
    return 0 < len(text) <= _LONGEST and _SAID.fullmatch(" ".join(text.split())) is not None


def changes_something(attributes: Iterable[str]) -> bool:
    """Whether a link with attributes of these names is no plain request."""
    return not _METHODS.isdisjoint(attributes)
