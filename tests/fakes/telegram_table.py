"""The part of the Bot API that this product uses, for a checkout without the specification beside it."""

# A line is a name and its fields: "!" marks what is required, "[]" an array, "|" a choice, and "=x" the one
# value allowed.

SEND = (
    "business_connection_id String, chat_id! Integer|String, message_thread_id Integer,"
    " direct_messages_topic_id Integer, disable_notification Boolean, protect_content Boolean,"
    " allow_paid_broadcast Boolean, message_effect_id String, suggested_post_parameters Unsupported,"
    " reply_parameters ReplyParameters,"
    " reply_markup InlineKeyboardMarkup|ReplyKeyboardMarkup|ReplyKeyboardRemove|ForceReply"
)
CAPTION = "caption String, parse_mode String, caption_entities MessageEntity[]"
EDIT = (
    "business_connection_id String, chat_id Integer|String, message_id Integer, inline_message_id String,"
    " reply_markup InlineKeyboardMarkup"
)
SCOPE = "scope BotCommandScope, language_code String"

METHODS = f"""
getMe:
getUpdates: offset Integer, limit Integer, timeout Integer, allowed_updates String[]
setWebhook: url! String, certificate InputFile, ip_address String, max_connections Integer, \
allowed_updates String[], drop_pending_updates Boolean, secret_token String
deleteWebhook: drop_pending_updates Boolean
getWebhookInfo:
sendMessage: {SEND}, text! String, parse_mode String, entities MessageEntity[], \
link_preview_options LinkPreviewOptions
sendDocument: {SEND}, {CAPTION}, document! InputFile|String, thumbnail InputFile|String, \
disable_content_type_detection Boolean
sendPhoto: {SEND}, {CAPTION}, photo! InputFile|String, show_caption_above_media Boolean, has_spoiler Boolean
sendChatAction: business_connection_id String, chat_id! Integer|String, message_thread_id Integer, action! String
editMessageText: {EDIT}, text String, parse_mode String, entities MessageEntity[], \
link_preview_options LinkPreviewOptions, rich_message Unsupported
editMessageCaption: {EDIT}, {CAPTION}, show_caption_above_media Boolean
editMessageReplyMarkup: {EDIT}
deleteMessage: chat_id! Integer|String, message_id! Integer
answerCallbackQuery: callback_query_id! String, text String, show_alert Boolean, url String, cache_time Integer
getFile: file_id! String
setMyCommands: commands! BotCommand[], {SCOPE}
deleteMyCommands: {SCOPE}
getMyCommands: {SCOPE}
setMyDescription: description String, language_code String
setMyShortDescription: short_description String, language_code String
setChatMenuButton: chat_id Integer, menu_button MenuButton
getChat: chat_id! Integer|String
getChatMember: chat_id! Integer|String, user_id! Integer
leaveChat: chat_id! Integer|String
"""

TYPES = """
MessageEntity: type! String, offset! Integer, length! Integer, url String, user User, language String, \
custom_emoji_id String, unix_time Integer, date_time_format String
User: id! Integer, is_bot! Boolean, first_name! String, last_name String, username String, language_code String, \
is_premium Boolean, added_to_attachment_menu Boolean, can_join_groups Boolean, \
can_read_all_group_messages Boolean, supports_guest_queries Boolean, supports_inline_queries Boolean, \
can_connect_to_business Boolean, has_main_web_app Boolean, has_topics_enabled Boolean, \
allows_users_to_create_topics Boolean, can_manage_bots Boolean, supports_join_request_queries Boolean
LinkPreviewOptions: is_disabled Boolean, url String, prefer_small_media Boolean, prefer_large_media Boolean, \
show_above_text Boolean
ReplyParameters: message_id! Integer, chat_id Integer|String, allow_sending_without_reply Boolean, quote String, \
quote_parse_mode String, quote_entities MessageEntity[], quote_position Integer, checklist_task_id Integer, \
poll_option_id String
InlineKeyboardMarkup: inline_keyboard! InlineKeyboardButton[][]
InlineKeyboardButton: text! String, icon_custom_emoji_id String, style String, url String, callback_data String, \
web_app WebAppInfo, login_url Unsupported, switch_inline_query String, switch_inline_query_current_chat String, \
switch_inline_query_chosen_chat Unsupported, copy_text CopyTextButton, callback_game Unsupported, pay Boolean
WebAppInfo: url! String
CopyTextButton: text! String
ReplyKeyboardMarkup: keyboard! Unsupported[][], is_persistent Boolean, resize_keyboard Boolean, \
one_time_keyboard Boolean, input_field_placeholder String, selective Boolean
ReplyKeyboardRemove: remove_keyboard! Boolean, selective Boolean
ForceReply: force_reply! Boolean, input_field_placeholder String, selective Boolean
BotCommand: command! String, description! String
BotCommandScopeDefault: type! =default
BotCommandScopeAllPrivateChats: type! =all_private_chats
BotCommandScopeAllGroupChats: type! =all_group_chats
BotCommandScopeAllChatAdministrators: type! =all_chat_administrators
BotCommandScopeChat: type! =chat, chat_id! Integer|String
BotCommandScopeChatAdministrators: type! =chat_administrators, chat_id! Integer|String
BotCommandScopeChatMember: type! =chat_member, chat_id! Integer|String, user_id! Integer
MenuButtonCommands: type! =commands
MenuButtonWebApp: type! =web_app, text! String, web_app! WebAppInfo
MenuButtonDefault: type! =default
"""

UNIONS = {
    "BotCommandScope": (
        "BotCommandScopeDefault", "BotCommandScopeAllPrivateChats", "BotCommandScopeAllGroupChats",
        "BotCommandScopeAllChatAdministrators", "BotCommandScopeChat", "BotCommandScopeChatAdministrators",
        "BotCommandScopeChatMember",
    ),
    "MenuButton": ("MenuButtonCommands", "MenuButtonWebApp", "MenuButtonDefault"),
}  # fmt: skip

UPDATES = """
message edited_message channel_post edited_channel_post business_connection business_message
edited_business_message deleted_business_messages guest_message message_reaction message_reaction_count
inline_query chosen_inline_result callback_query shipping_query pre_checkout_query purchased_paid_media poll
poll_answer my_chat_member chat_member chat_join_request chat_boost removed_chat_boost managed_bot
""".split()
