/** Every text of the page, in both languages. Nothing else may hold words that a person reads. */

const FILE_UNITS = ["byte", "kilobyte", "megabyte", "gigabyte"];

export const LANGUAGE = navigator.language.toLowerCase().startsWith("ja") ? "ja" : "en";

/** What went wrong, by name: what the error card says, and what it advises. */
export const MESSAGES = {
  connection_termination: {
    en: {
      title: "The connection to the service was cut",
      advice: "The gateway lost its connection to the service. This often passes within a minute: wait, then try again.",
    },
    ja: {
      title: "サービスへの接続が切断されました",
      advice: "ゲートウェイとサービスの間の接続が失われました。1 分ほどで直ることが多いので、少し待ってからもう一度お試しください。",
    },
  },
  internal_server_error: {
    en: {
      title: "Internal Server Error",
      advice: "The service failed while it handled your request. Try again in a few minutes.",
    },
    ja: {
      title: "Internal Server Error",
      advice: "サービスの内部で処理に失敗しました。数分待ってからもう一度お試しください。",
    },
  },
  bad_gateway: {
    en: {
      title: "The web server reported a bad gateway error",
      advice: "The gateway got no usable reply from the service. Try again, or look at the service status.",
    },
    ja: {
      title: "Web サーバーが不正なゲートウェイ エラーを報告しました",
      advice: "ゲートウェイがサービスから正しい応答を受け取れませんでした。もう一度試すか、サービスの稼働状況をご確認ください。",
    },
  },
  service_unavailable: {
    en: {
      title: "503 Service Unavailable",
      advice: "The service is down or under maintenance. Wait a few minutes and look at the service status.",
    },
    ja: {
      title: "503 Service Unavailable",
      advice: "サービスが停止中か、メンテナンス中です。稼働状況を確認し、数分待ってからお試しください。",
    },
  },
  gateway_timeout: {
    en: {
      title: "504 Gateway Timeout",
      advice: "The service did not answer the gateway in time. Try again, perhaps with a shorter question.",
    },
    ja: {
      title: "504 Gateway Timeout",
      advice: "サービスが時間内に応答しませんでした。質問を短くするなどして、もう一度お試しください。",
    },
  },
  rate_limited: {
    en: {
      title: "Too many requests",
      advice: "You sent many messages in a short time. Leave 1 to 2 minutes before the next one.",
    },
    ja: {
      title: "リクエストが多すぎます",
      advice: "短い時間に多くのメッセージが送られました。1〜2 分ほど間をあけてから送信してください。",
    },
  },
  generic: {
    en: {
      title: "Something went wrong",
      advice: "Try again. If it happens again, start a new chat or reload the page.",
    },
    ja: {
      title: "問題が発生しました",
      advice: "もう一度お試しください。続く場合は、新しいチャットを始めるか、ページを再読み込みしてください。",
    },
  },
  network_error: {
    en: {
      title: "Network error",
      advice: "The connection was lost. Check your network, VPN or proxy, then try again.",
    },
    ja: {
      title: "ネットワークエラーが発生しました",
      advice: "接続が失われました。ネットワーク、VPN、プロキシを確認してから、もう一度お試しください。",
    },
  },
  websocket_error: {
    en: {
      title: "Error connecting to WebSocket",
      advice: "The live connection that brings answers could not be opened. A firewall, VPN or extension may block it.",
    },
    ja: {
      title: "WebSocketへの接続中にエラーが発生しました",
      advice: "回答を受け取るための接続を開けませんでした。ファイアウォール、VPN、拡張機能が妨げている可能性があります。",
    },
  },
  unusual_activity: {
    en: {
      title: "Unusual activity detected",
      advice: "The service holds requests from your address for now. Turn a VPN or proxy off, or use another network.",
    },
    ja: {
      title: "通常とは異なるアクティビティが検出されました",
      advice: "お使いのアドレスからのリクエストが一時的に止められています。VPN やプロキシを切るか、別のネットワークをお使いください。",
    },
  },
  suspicious_activity: {
    en: {
      title: "Suspicious activity detected",
      advice: "Make sure that nobody else uses your account, change its password, and turn a VPN or proxy off.",
    },
    ja: {
      title: "不審なアクティビティが検出されました",
      advice: "アカウントがほかの人に使われていないか確認し、パスワードを変更して、VPN やプロキシを切ってください。",
    },
  },
  preparation_failed: {
    en: {
      title: "There was a problem preparing your chat",
      advice: "A part of this page did not load. Switch off content blockers and extensions, or use a private window.",
    },
    ja: {
      title: "チャットの準備中に問題が発生しました",
      advice: "ページの一部を読み込めませんでした。広告ブロッカーや拡張機能を無効にするか、シークレットウィンドウでお試しください。",
    },
  },
  generation_failed: {
    en: {
      title: "Error generating a response",
      advice: "The answer could not be made. Ask for it again, or make the question shorter or simpler.",
    },
    ja: {
      title: "応答の生成中にエラーが発生しました",
      advice: "回答を作成できませんでした。もう一度生成するか、質問を短く簡単にしてください。",
    },
  },
  download_failed: {
    en: {
      title: "Download failed",
      advice: "The file did not arrive. Try again while it is fresh, without a VPN, or ask for the file again.",
    },
    ja: {
      title: "ダウンロードに失敗しました",
      advice: "ファイルを受け取れませんでした。早めに、VPN を使わずに再度試すか、ファイルをもう一度作成してください。",
    },
  },
  file_not_found: {
    en: {
      title: "File not found",
      advice: "The file has expired or was never finished. Ask for it to be made again.",
    },
    ja: {
      title: "ファイルが見つかりません",
      advice: "ファイルの期限が切れたか、作成が完了していません。もう一度作成してください。",
    },
  },
  client_outdated: {
    en: {
      title: "This browser is no longer supported",
      advice: "Update your browser and your device, or use another browser, then open the chat again.",
    },
    ja: {
      title: "このブラウザーはサポートが終了しています",
      advice: "ブラウザーと端末を最新の状態に更新するか、別のブラウザーを使って、チャットを開き直してください。",
    },
  },
  stalled: {
    en: {
      title: "The answer stopped arriving",
      advice: "Nothing has come for a while. Try again to receive the rest.",
    },
    ja: {
      title: "回答が届かなくなりました",
      advice: "しばらく何も届いていません。もう一度試すと、続きを受け取れます。",
    },
  },
  timeout: {
    en: {
      title: "The service took too long to reply",
      advice: "No reply came in time. Check your network, then try again.",
    },
    ja: {
      title: "サービスからの応答がありません",
      advice: "時間内に応答がありませんでした。ネットワークを確認してから、もう一度お試しください。",
    },
  },
  session_expired: {
    en: {
      title: "Your session has ended",
      advice: "Log in again to go on. Your text is kept.",
    },
    ja: {
      title: "セッションの有効期限が切れました",
      advice: "続けるには、もう一度ログインしてください。入力した文章は残っています。",
    },
  },
  bad_credentials: {
    en: {
      title: "The account or the password is wrong",
      advice: "Check both and log in again.",
    },
    ja: {
      title: "アカウントまたはパスワードが違います",
      advice: "入力内容を確認して、もう一度ログインしてください。",
    },
  },
  wrong_password: {
    en: {
      title: "The present password is wrong",
      advice: "Nothing was changed. Check the password and try again.",
    },
    ja: {
      title: "現在のパスワードが違います",
      advice: "変更されていません。入力内容を確認して、もう一度お試しください。",
    },
  },
};

/** What stands in place of the advice when it is known why, by the code that the service or the page gave. */
const ADVICE_BY_REASON = {
  file_incomplete: {
    en: "The file was never completely made. Ask for it again with Regenerate.",
    ja: "ファイルの作成が途中で終わっています。「回答を再生成」でもう一度作成してください。",
  },
  file_too_large: {
    en: "The file is over the limit of 512 MB. Ask for a smaller one.",
    ja: "ファイルが上限の 512 MB を超えています。小さくして作成し直してください。",
  },
  tool_off: {
    en: "The tool that makes files is switched off. Switch it on in the settings, then ask for the file again.",
    ja: "ファイルを作成するツールがオフになっています。設定でオンにしてから、もう一度ファイルを作成してください。",
  },
  cut: {
    en: "The connection broke before the whole file had arrived. Try again while it is fresh, without a VPN.",
    ja: "ファイルがすべて届く前に接続が切れました。早めに、VPN を使わずに再度お試しください。",
  },
  timeout: {
    en: "Nothing of the file has come for a while. Check your network, then try again.",
    ja: "しばらくファイルのデータが届いていません。ネットワークを確認してから、もう一度お試しください。",
  },
};

/** The texts of controls and states. A function takes what varies. */
const INTERFACE = {
  en: {
    brand: "Chat",
    newChat: "New chat",
    menu: "Conversations",
    conversations: "Conversations",
    untitled: "New chat",
    messages: "Messages",
    greeting: "What would you like to know?",
    placeholder: "Ask anything",
    send: "Send",
    stop: "Stop the answer",
    retry: "Try again",
    regenerate: "Regenerate",
    details: "What the other side said",
    status: "Service status",
    logIn: "Log in",
    logInTitle: "Log in to go on",
    account: "Account",
    password: "Password",
    logOut: "Log out",
    you: "You",
    assistant: "Assistant",
    interrupted: "Interrupted: this is what had arrived.",
    stopped: "Stopped",
    failed: "Not finished",
    connecting: "Connecting…",
    open: "Connected",
    closed: "Not connected",
    countdown: (seconds) => `You can try again in ${seconds} s.`,
    countdownOver: "You can try again now.",
    download: "Download",
    downloaded: "Downloaded",
    fileStates: { incomplete: "Not completely made", failed: "Could not be made" },
    notLoaded: "This could not be opened. Check your connection, then try again.",
    close: "Close",
    loading: "Loading…",
    settings: "Settings",
    settingFiles: "Let answers make files",
    settingFilesHint: "When this is off, no file can be made or downloaded.",
    plan: "Plan",
    plans: { free: "Free", paid: "Paid" },
    planHint: "With the paid plan you get answers also when many people ask at once.",
    upgrade: "Change to the paid plan",
    planDone: "You have the paid plan now.",
    changePassword: "Change the password",
    changePasswordHint: "This ends your other sessions.",
    oldPassword: "Present password",
    newPassword: "New password (at least 8 characters)",
    passwordDone: "The password is changed. Other sessions have ended.",
    support: "Help",
    supportNoHint: "The help bot does not answer. You can write to the support all the same.",
    supportText: "What happened?",
    supportTried: "What have you tried? (optional)",
    supportSubmit: "Send to the support",
    supportTicket: "We have your message. Its number:",
  },
  ja: {
    brand: "チャット",
    newChat: "新しいチャット",
    menu: "会話の一覧",
    conversations: "会話の一覧",
    untitled: "新しいチャット",
    messages: "メッセージ",
    greeting: "何をお調べしましょうか？",
    placeholder: "質問を入力",
    send: "送信",
    stop: "回答を停止",
    retry: "もう一度試す",
    regenerate: "回答を再生成",
    details: "相手側からの応答",
    status: "サービスの稼働状況",
    logIn: "ログイン",
    logInTitle: "続けるにはログインしてください",
    account: "アカウント",
    password: "パスワード",
    logOut: "ログアウト",
    you: "あなた",
    assistant: "アシスタント",
    interrupted: "中断されました。ここまで届いています。",
    stopped: "停止しました",
    failed: "完了していません",
    connecting: "接続中…",
    open: "接続済み",
    closed: "未接続",
    countdown: (seconds) => `あと ${seconds} 秒で再試行できます。`,
    countdownOver: "再試行できます。",
    download: "ダウンロード",
    downloaded: "ダウンロード済み",
    fileStates: { incomplete: "作成が途中で終わっています", failed: "作成できませんでした" },
    notLoaded: "開けませんでした。接続を確認してから、もう一度お試しください。",
    close: "閉じる",
    loading: "読み込み中…",
    settings: "設定",
    settingFiles: "回答でのファイル作成を許可する",
    settingFilesHint: "オフにすると、ファイルの作成もダウンロードもできません。",
    plan: "プラン",
    plans: { free: "無料プラン", paid: "有料プラン" },
    planHint: "有料プランでは、混雑しているときも優先して回答を受け取れます。",
    upgrade: "有料プランに変更する",
    planDone: "有料プランに変更しました。",
    changePassword: "パスワードの変更",
    changePasswordHint: "ほかの端末でのログインは終了します。",
    oldPassword: "現在のパスワード",
    newPassword: "新しいパスワード（8 文字以上）",
    passwordDone: "パスワードを変更しました。ほかのログインは終了しました。",
    support: "ヘルプ",
    supportNoHint: "ヘルプボットから応答がありません。サポートへの送信はできます。",
    supportText: "何が起こりましたか？",
    supportTried: "すでに試したこと（任意）",
    supportSubmit: "サポートに送信",
    supportTicket: "お問い合わせを受け付けました。受付番号：",
  },
};

export const words = INTERFACE[LANGUAGE];

/** Title and advice of a named error in the person's language; an unknown name reads as the generic one. */
export function messageFor(name, reason = "") {
  const message = (MESSAGES[name] ?? MESSAGES.generic)[LANGUAGE];
  const known = name === "download_failed" && Object.hasOwn(ADVICE_BY_REASON, reason);
  return known ? { ...message, advice: ADVICE_BY_REASON[reason][LANGUAGE] } : message;
}

/** A number of bytes as a person reads it. */
export function fileSize(bytes) {
  const power = Math.min(Math.floor(Math.log2(Math.max(bytes, 1)) / 10), FILE_UNITS.length - 1);
  const format = { style: "unit", unit: FILE_UNITS[power], unitDisplay: "short", maximumFractionDigits: 1 };
  return new Intl.NumberFormat(LANGUAGE, format).format(bytes / 1024 ** power);
}
