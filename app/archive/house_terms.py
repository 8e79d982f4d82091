"""The terms of reuse that an installation begins with: version 0, in both languages.

Staff write later versions; these stay, because grants name the version that was shown.
"""

TEXT_ZH = """\
**一句话**：你授权，我们才用；你收回，我们就停。

- **给谁用**：只给本品牌使用，不转给别人，不单独售卖。
- **用什么**：你授权那一刻的文字和照片。之后你再改，新的版本不在授权里。
- **用在哪**：只用在你勾选的地方。没有勾的，一律不用。
- **用多久**：到你选的日子为止。选了“直到我收回”，就一直到你收回。
- **怎么署名**：用你填的名字。版面实在放不下时，会在旁边或说明里写上。
- **怎么改动**：可以裁剪、缩放、配字；不改你的意思，不拼成你没说过的话。
- **随时收回**：在“我的内容用在哪”里点一下就行。收回后不会再有新的使用；已经发出的，我们会尽快撤下。
- **版权是你的**：授权不是转让。你还可以把自己的作品用在任何地方。
"""

TEXT_EN = """\
**In one sentence**: we use it when you say yes, and stop when you take it back.

- **Who**: this brand alone. We don't pass it on and don't sell it by itself.
- **What**: the text and photos as they are when you say yes. What you change later is not included.
- **Where**: only in the places you tick. Nowhere else.
- **How long**: until the day you choose. With “until I take it back”, until you do.
- **Your name**: the one you write here, beside the post or in its description.
- **Changes**: we may crop, scale and add a caption. We don't change what you say.
- **Taking it back**: at any time, under “Where my posts were used”. Nothing new is used then; \
what is out already is taken down as soon as we can.
- **It stays yours**: this is a permission, not a transfer. Use your own work wherever you like.
"""
