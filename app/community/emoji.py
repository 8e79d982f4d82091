"""The emoji that the composer offers: our own short list, the common ones of a kitchen table."""

from app.kernel.i18n import lazy_gettext as _l

GROUPS: tuple[tuple[object, str], ...] = (
    (_l("Food"), "🍲 🥘 🍜 🍚 🍢 🥟 🍤 🥩 🐟 🦐 🥬 🍅 🌶️ 🧄 🧅 🍄 🥚 🍋 🍵 🍺 🎂"),
    (_l("Faces"), "😋 🤤 😍 😊 😄 😂 🥹 😌 🤔 😅 😭 😮 🥵 🤯 😴 🥳 🙃 😎"),
    (_l("Hands"), "👍 👏 🙏 💪 🤝 👌 ✌️ 🫶 👉 👇"),
    (_l("Hearts and signs"), "❤️ 🧡 💛 💚 💙 ✨ 🔥 ⭐ 💯 ✅ ❌ ❗ ❓ 💡 📌 🎉"),
    (_l("Kitchen and home"), "🔪 🥢 🥄 🍽️ ⏰ ⏱️ 🛒 🏠 🎁 📷 🌧️ ☀️ ❄️ 🐱 🐶"),
)
