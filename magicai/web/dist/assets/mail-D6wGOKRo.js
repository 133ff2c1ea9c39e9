var e={mail_not_set_up:{en:`No mail server is set up.`,zh:`尚未设置邮件服务器。`,way_out:`set_mail_server`},mail_address_invalid:{en:`'{address}' is not an email address.`,zh:`“{address}”不是电子邮件地址。`,way_out:`enter_mail_address`},mail_subject_invalid:{en:`The subject of a mail can't have line breaks: '{subject}'`,zh:`邮件主题不能包含换行符：“{subject}”`},mail_server_unreachable:{en:`The mail server {server} can't be reached: {reason}.`,zh:`无法连接邮件服务器 {server}：{reason}。`,way_out:`check_mail_server`},mail_server_refused:{en:`The mail server {server} does not accept connections: {reason}.`,zh:`邮件服务器 {server} 不接受连接：{reason}。`,way_out:`check_mail_server`},mail_tls_failed:{en:`The connection to the mail server {server} can't be encrypted: {reason}.`,zh:`无法加密与邮件服务器 {server} 的连接：{reason}。`,way_out:`check_mail_security`},mail_starttls_missing:{en:`The mail server {server} does not offer STARTTLS.`,zh:`邮件服务器 {server} 不支持 STARTTLS。`,way_out:`check_mail_security`},mail_login_refused:{en:`The mail server {server} refused to sign in {user}: {reason}.`,zh:`邮件服务器 {server} 拒绝 {user} 登录：{reason}。`,way_out:`check_mail_login`},mail_login_not_offered:{en:`The mail server {server} does not let {user} sign in over this connection.`,zh:`邮件服务器 {server} 不允许 {user} 通过此连接登录。`,way_out:`check_mail_security`},mail_sender_refused:{en:`The mail server {server} refused the sender {sender}: {reason}.`,zh:`邮件服务器 {server} 拒绝了发件人 {sender}：{reason}。`,way_out:`check_mail_sender`},mail_recipient_refused:{en:`The mail server {server} refused the recipient {to}: {reason}.`,zh:`邮件服务器 {server} 拒绝了收件人 {to}：{reason}。`,way_out:`check_address`},mail_content_refused:{en:`The mail server {server} did not accept the mail: {reason}.`,zh:`邮件服务器 {server} 未接受该邮件：{reason}。`},mail_connection_lost:{en:`The mail server {server} closed the connection.`,zh:`邮件服务器 {server} 关闭了连接。`},mail_not_found:{en:`There is no mail {mail_id}.`,zh:`没有邮件 {mail_id}。`,way_out:`list_mails`},mail_already_sent:{en:`The mail to {to} was already sent.`,zh:`发给 {to} 的邮件已经发送。`},mail_being_sent:{en:`The mail to {to} is being sent.`,zh:`正在发送给 {to} 的邮件。`,way_out:`list_mails`},mail_test_subject:{en:`A test mail from MagicAI`,zh:`来自 MagicAI 的测试邮件`},mail_test_body:{en:`This is a test mail. {name} sent it from the settings of MagicAI.

Mails can be sent.`,zh:`这是一封测试邮件，由 {name} 在 MagicAI 的设置中发送。

邮件可以正常发送。`},mail_budget_nearly_used_subject:{en:`{percent}% of the monthly budget of {whose} is used`,zh:`月预算已使用 {percent}%：{whose}`},mail_budget_nearly_used_body:{en:`{whose}: \${spent} of the monthly budget of \${limit} is spent ({month}, UTC).

Once it is used up, paid models are not called until next month, or until the budget is raised. Runs that need them keep what they have, and can be resumed.

To raise the budget: Settings > Budgets

{link}`,zh:`{whose}：月预算 \${limit}，已花费 \${spent}（{month}，UTC）。

预算用完后，在下个月或提高预算之前，不再调用付费模型。需要付费模型的运行会保留已有结果，之后可以恢复。

如需提高预算：“设置 > 预算”

{link}`},mail_budget_used_up_subject:{en:`The monthly budget of {whose} is used up`,zh:`月预算已用完：{whose}`},mail_budget_used_up_body:{en:`{whose}: \${spent} of the monthly budget of \${limit} is spent ({month}, UTC). What is left is too little for the next call.

Paid models are not called until next month, or until the budget is raised. Runs that need them keep what they have, and can be resumed.

To raise the budget: Settings > Budgets

{link}`,zh:`{whose}：月预算 \${limit}，已花费 \${spent}（{month}，UTC）。余额不足以进行下一次调用。

在下个月或提高预算之前，不再调用付费模型。需要付费模型的运行会保留已有结果，之后可以恢复。

如需提高预算：“设置 > 预算”

{link}`},budget_of_all:{en:`all users`,zh:`所有用户`},budget_of_person:{en:`{name} in {workspace}`,zh:`{name}（{workspace}）`},mail_invitation_subject:{en:`{name} invites you to {workspace}`,zh:`{name} 邀请您加入 {workspace}`},mail_invitation_body:{en:`{name} invites you to work in “{workspace}” on MagicAI.

{link}

The link works once, within {days} days. If you don't know {name}, ignore this mail.`,zh:`{name} 邀请您加入 MagicAI 上的工作区“{workspace}”。

{link}

此链接只能使用一次，{days} 天内有效。如果您不认识 {name}，请忽略此邮件。`},mail_verify_subject:{en:`Confirm your email address`,zh:`确认您的邮箱地址`},mail_verify_body:{en:`Confirm that this is the address of {name} on MagicAI:

{link}

The link works once, within {minutes} minutes. If you didn't ask for it, ignore this mail.`,zh:`请确认此地址属于 MagicAI 用户 {name}：

{link}

此链接只能使用一次，{minutes} 分钟内有效。如果不是您本人操作，请忽略此邮件。`},mail_reset_subject:{en:`Set a new password`,zh:`设置新密码`},mail_reset_body:{en:`Set a new password for {name} on MagicAI:

{link}

The link works once, within {minutes} minutes. A new password ends all sessions and revokes all API keys.

If you didn't ask for it, ignore this mail. Your password stays as it is.`,zh:`请为 MagicAI 用户 {name} 设置新密码：

{link}

此链接只能使用一次，{minutes} 分钟内有效。设置新密码会结束所有会话，并撤销所有 API 密钥。

如果不是您本人操作，请忽略此邮件，您的密码不会改变。`},mail_notification_subject:{en:`{title}`,zh:`{title}`},mail_notification_body:{en:`{text}`,zh:`{text}`}};export{e as default};