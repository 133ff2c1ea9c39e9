"""Words that are no names although they begin with a capital."""

_COMMON = """
    a about above across additionally additional after again all along also although always among an and another
    any anyone are around as ask at avoid away back based be because become before begin behind being below best
    better between beyond big both bring brings build built but buy by call can check choose click come comes
    consider contact could create crafted daily day days dear delivery designed despite did discover do does don't
    during each easy either enjoy ensure especially even ever every everyone everything expect experience explore
    extra fair far fast feel few find first five fits follow for four free fresh from full further furthermore get
    give given go good got great grab guests had half has have he head hello help her here hey hi high his hours
    how however i i'd i'll i'm i've if ideal in included includes including indeed inside instead into is it it'd
    it'll its it's join just keep key kind know large last later learn less let life like limited little live
    located long look looking love made main make makes many may maybe me meanwhile meet menu more moreover most
    mostly mr mrs ms much must my nearby need never nevertheless new news next nice no nobody none nonetheless nor
    not note nothing notably now of off offer offers offering often oh ok okay old on once one only onto open
    opening or order other others otherwise our out outside over overall own part parking people per perfect
    perhaps place plan please plus popular price prices product products quality quick quite rated ratings rather
    read ready real reach recently regarding remember return review reviews reviewers right round sale save say
    says see sell send service set several shall she shop shoppers should show similarly simple simply since sit
    six small so some someone something sometimes soon special staff start stay still stock stop such sum summary
    take team ten than thank thanks that that's the their them then there there's therefore these they they're
    this those though three through throughout thus till time title to today together tomorrow too top total
    toward treat try turn two under unfortunately unless unlike until up upon us use used using usually various
    very via view visit visitors want was watch we we'll we're well were what whatever when whenever where whereas
    wherever whether which while who whoever whose why wide will with within without work would yes yesterday yet
    you you'll your you're yours zero monday tuesday wednesday thursday friday saturday sunday mon tue wed thu fri
    sat sun january february march april june july august september october november december jan feb mar apr jun
    jul aug sep sept oct nov dec wi-fi wifi bluetooth admission entry entrance tickets breakfast check-in
    check-out am pm st nd rd th faq diy vip ceo cfo cto coo hr pr tv id pdf tl;dr rsvp etc ps asap customer
    customers diners patrons users fans critics experts analysts officials police residents students critic
    address phone email website overview conclusion introduction features details highlights specifications specs
    description brand category rating color colour size weight dimensions material warranty availability discount
    shipping store stores restaurant cafe hotel bar salon business company city state country street mother father
    packed boasting nestled situated known named priced weighing measuring featuring founded opened spring summer
    autumn fall winter christmas easter black cyber weekend weekday weekdays weekends morning afternoon evening
    chef owner manager director president professor doctor dr sir minister secretary chairman chairwoman king
    queen north south east west northern southern eastern western internet web english ac updated subscribe
    goalkeeper defender midfielder forward striker winger guard pitcher captain coach councillor mayor senator
    professor reporter author writer singer actor actress novelist bartender waiter waitress barista stylist dentist
    guest guests regular regulars locals motorists drivers walkers pedestrians shareholders analyst employees
    researchers scientists engineers members students volunteers workers volunteers teachers
    unsubscribe welcome happy birthday regards cheers hurry act claim
"""
COMMON = frozenset(_COMMON.split())
# Latin words that Chinese uses as words.
_GENERIC_LATIN = (
    "app vip logo diy ok pk it ceo cfo cto vs and tv pc ai up no id dna spa bgm ip cp q a b get in the of by for kol"
)
GENERIC_LATIN = frozenset(_GENERIC_LATIN.split())
