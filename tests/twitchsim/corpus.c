#include "corpus.h"

#include "world.h"

static const char *const talk_en[] = {
	"what game is this?",
	"that was so close",
	"how long have you been playing this",
	"gg",
	"ggs",
	"lol",
	"LMAO",
	"no way",
	"nice shot",
	"try the left door",
	"you missed the chest behind you",
	"is this hard mode?",
	"what's your sensitivity?",
	"the music is a banger",
	"can we get a song name?",
	"hi chat",
	"back from dinner, what did I miss",
	"did you see the trailer yesterday?",
	"that boss is brutal",
	"drink some water",
	"what time do you stream tomorrow?",
	"chat is moving so fast nobody will notice I like cats",
	"this run is cursed",
	"W",
	"F",
	"first try",
	"skill issue",
	"wait what",
	"how is that even possible",
	"1",
	"2",
	"my internet died, did we win?",
	"love the new overlay",
	"audio is a bit quiet",
	"the game is louder than your voice",
	"anyone else lagging?",
	"refresh fixed it for me",
	"good morning everyone",
	"greetings from Canada",
	"is there a discord?",
	"what keyboard is that",
	"can you show the inventory again?",
	"this part took me three hours",
	"you need the fire arrows for this one",
	"no spoilers please",
	"the lore is actually really deep",
	"I have an exam tomorrow and I'm still here",
	"worth it",
	"that jump scare got me",
	"clip that",
	"somebody clip it",
	"that was clean",
	"so smooth",
	"unlucky",
	"he's warming up",
	"chat be nice",
	"I'm at work don't tell anyone",
	"same",
	"true",
	"fair enough",
	"what is the world record?",
	"are you going to raid someone later?",
	"the cat is back!",
	"hello cat",
	"I just got here, why is everybody crying",
	"that's actually a good idea",
	"never change a running system",
	"it's always the last hit",
	"you got this",
	"breathe",
	"one more try",
	"just one more",
	"okay one more",
	"is the schedule still right?",
	"thanks for the stream, have to sleep",
	"good night chat",
	"I thought this channel was only for speedruns",
	"the timing there is frame perfect by the way",
	"I bet 5k points on no",
	"prediction please",
	"refund",
	"what happened to the old mod team?",
	"do you take viewer games on Friday?",
	"I'm using your settings and I still can't hit anything",
	"so the trick is to hold the button until the second bar fills, then let go right before the sound, and it works "
	"on every enemy with a shield, at least that's how I did it on the last patch"};
static const char *const talk_de[] = {"moin zusammen",
				      "guten Abend in die Runde",
				      "was für ein Spiel ist das?",
				      "das war knapp!",
				      "schöner Schuss",
				      "läuft bei dir",
				      "wie lange streamst du heute?",
				      "der Ton ist etwas leise",
				      "nicht schon wieder der Boss",
				      "ich lieg am Boden",
				      "Glückwunsch!",
				      "na das ging ja mal schnell",
				      "hast du die Kiste links gesehen?",
				      "das wäre mir auch passiert",
				      "Grüße aus Köln",
				      "ich muss morgen früh raus, gute Nacht",
				      "wer hat gewonnen?",
				      "trink mal was",
				      "Ehrenmann",
				      "der Einsteller ist im Menü unter Größe",
				      "Maßarbeit",
				      "wie heißt das Lied?",
				      "Überraschung!",
				      "das müssen wir öfter machen",
				      "bin neu hier, wie oft streamst du?"};
static const char *const talk_cs[] = {"čau všem",
				      "dobrý večer",
				      "co to je za hru?",
				      "to bylo o fous",
				      "krásná rána",
				      "už zase ten boss",
				      "jak dlouho dneska streamuješ?",
				      "zdravím z Brna",
				      "zvuk je trochu potichu",
				      "nevím, ale směju se",
				      "příště to dáš",
				      "kdo to vyhrál?",
				      "pěkně děkuju za stream",
				      "ještě jednou!",
				      "tohle není možný",
				      "žluťoučký kůň úpěl ďábelské ódy",
				      "máš někde discord?",
				      "jdu spát, dobrou"};
static const char *const talk_ja[] = {"こんばんは！",
				      "初見です",
				      "うまい！",
				      "えぐいｗｗｗ",
				      "草",
				      "お疲れ様です",
				      "今日は何時までですか？",
				      "音小さいかも",
				      "ナイス！",
				      "それは無理でしょ",
				      "おかえりなさい",
				      "８８８８８８",
				      "かわいい",
				      "がんばれー！",
				      "日本から見てます"};
static const char *const talk_ko[] = {"안녕하세요", "ㅋㅋㅋㅋㅋㅋ", "와 대박",  "오늘 방송 몇 시까지 해요?", "아깝다",
				      "나이스!",    "처음 왔어요",  "화이팅!!", "소리가 좀 작아요",          "ㅠㅠ"};
static const char *const talk_ru[] = {"всем привет", "что за игра?",     "красавчик",
				      "ну ты даёшь", "почти получилось", "ахахах",
				      "как дела?",   "звук тихий",       "привет из Новосибирска",
				      "ещё разок",   "вот это поворот",  "спокойной ночи"};
static const char *const talk_ar[] = {"السلام عليكم",  "ما اسم هذه اللعبة؟", "رائع جدا!",        "هههههه",
				      "تحياتي من مصر", "لعب جميل GG يا بطل", "متى البث القادم؟", "الصوت منخفض قليلا"};
static const char *const talk_he[] = {"שלום לכולם", "איזה משחק זה?",     "מדהים!",      "חחחחח",
				      "לילה טוב",   "כל הכבוד streamer", "זה היה קרוב", "מה השם של השיר?"};
static const char *const talk_es[] = {
	"buenas noches chat",   "¿qué juego es?",        "qué crack", "jajaja",       "casi casi",
	"saludos desde México", "¿a qué hora terminas?", "vamos!!",   "no puede ser", "mañana más"};
static const char *const talk_pt[] = {"boa noite pessoal", "que jogo é esse?", "kkkkkkkk",     "quase!",
				      "salve do Brasil",   "jogou demais",     "não acredito", "o som tá baixo"};
static const char *const talk_fr[] = {
	"salut tout le monde", "c'est quoi ce jeu ?",       "bien joué !", "mdr",           "presque !",
	"coucou de Lyon",      "à quelle heure tu finis ?", "énorme",      "ça passe crème"};
static const char *const talk_pl[] = {"siema",          "co to za gra?",    "prawie!",
				      "hahaha",         "pozdro z Krakowa", "dźwięk jest za cichy",
				      "świetny strzał", "dobranoc"};
static const char *const talk_tr[] = {"selam herkese",         "bu oyunun adı ne?", "çok iyiydi", "az kaldı!",
				      "İstanbul'dan selamlar", "ses biraz kısık",   "iyi geceler"};
static const char *const talk_zh[] = {"大家好", "這是什麼遊戲？", "太強了",     "哈哈哈哈",
				      "加油！", "晚安",           "聲音有點小", "666"};

static const char *const hype[] = {"POG",
				   "LETS GOOOO",
				   "LET'S GOOO",
				   "WWWWW",
				   "GG",
				   "GGGG",
				   "PogChamp PogChamp PogChamp",
				   "OMG",
				   "NO WAY",
				   "streamHype streamHype streamHype",
				   "HOLY",
				   "LUL LUL LUL",
				   "LUL",
				   "insane",
				   "CLIP IT",
				   "!!!!!!",
				   "WHAT",
				   "Kreygasm",
				   "🔥🔥🔥",
				   "🎉🎉",
				   "AYYYY",
				   "YEEEES",
				   "streamGG",
				   "W STREAMER",
				   "W",
				   "HE DID IT",
				   "POGGERS",
				   "BloodTrail streamHype BloodTrail",
				   "VAMOS",
				   "ENDLICH",
				   "KONEČNĚ",
				   "きたあああ",
				   "ㄷㄷㄷ",
				   "ДААА"};
static const char *const insult_en[] = {"you are trash at this game uninstall",
					"this streamer is so boring lol",
					"shut up idiot nobody asked",
					"worst player I have ever seen, loser",
					"go touch grass you absolute clown",
					"kys",
					"everyone in this chat is a moron",
					"mods are pathetic losers",
					"ur mom should have taught you to aim, moron",
					"i d i o t",
					"1d10t streamer",
					"ｉｄｉｏｔ",
					"you suсk",
					"stfu cry baby",
					"nobody likes you, quit streaming"};
static const char *const insult_de[] = {"du bist so ein Vollidiot", "lösch dich, du Opfer", "halt die Fresse",
					"schlechtester Streamer aller Zeiten, Versager", "dummer Hund"};
static const char *const insult_cs[] = {"ty jsi fakt debil", "drž hubu, ubožáku", "nejhorší streamer na světě, blbe",
					"smaž se, kreténe"};
static const char *const insult_ru[] = {"ты дебил", "заткнись, придурок", "худший стример, лузер"};
static const char *const spam[] = {
	"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
	"follow me follow me follow me follow me follow me follow me",
	"check my channel I stream better games twitch.tv/notarealchannel",
	"▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬",
	"Kappa Kappa Kappa Kappa Kappa Kappa Kappa Kappa Kappa Kappa Kappa Kappa Kappa Kappa Kappa Kappa",
	"💩💩💩💩💩💩💩💩💩💩💩💩💩💩💩💩💩💩💩💩💩💩💩💩💩💩",
	"Z̷̢̛̖a̶̡͇͐l̵̰͝g̸̛͈o̵̞̍ c̴̺̆o̶̟͑m̵̰̌e̵͙͝s̸̱̈́",
	"buy buy buy buy cheap skins cheap skins cheap skins"};
static const char *const scam[] = {"Best viewers on streamboo .com (remove the space)",
				   "Wanna become famous? Buy followers, primes and viewers on bigf0ll0ws * com",
				   "Free Steam gift 50$ here: steamcomrnunity.example/gift/activation",
				   "Hey, I make emotes and overlays, add me on discord: graphicdude#0000",
				   "You won a giveaway! claim at twitch-giveaway.example/claim",
				   "ｂｅｓｔ ｖｉｅｗｅｒｓ at ｖｉｅｗｅｒｓｈｏｐ．ｅｘａｍｐｌｅ",
				   "Cheap viewers on  𝘃𝗶𝗲𝘄𝗲𝗿𝘇.example"};
static const char *const emoji[] = {"😂😂😂",
				    "👨‍👩‍👧‍👦 family stream",
				    "🏳️‍🌈 ❤️",
				    "👍🏽",
				    "🇩🇪🇨🇿🇯🇵",
				    "Kappa 😂 Kappa",
				    "🤦🏻‍♂️",
				    "❤️❤️❤️",
				    "👩🏾‍💻 coding while watching",
				    "🧑‍🚀🚀",
				    "LUL 👨‍👩‍👧‍👦 LUL",
				    "1️⃣2️⃣3️⃣",
				    "🫠",
				    "😭 NotLikeThis",
				    "🎮🕹️ let's play",
				    "💀💀"};
static const char *const copypasta[] = {
	"I'm a 42 year old engineer with 5 children and I spend my evenings in this chat. My boss just walked in and asked why "
	"I was crying. I showed him the clip. Now we are both crying. Thank you, streamer. streamLove",
	"⠀⠀⠀⠀⠀⣀⣤⣶⣿⣿⣷⣤⡀ ⠀⠀⠀⣠⣾⣿⣿⡿⠿⠿⣿⣿⣿⣄ ⠀⠀⣼⣿⣿⠋⠀⠀⠀⠀⠙⣿⣿⣧ ⠀⢸⣿⣿⠃⠀⣤⠀⠀⣤⠀⠘⣿⣿⡇",
	"Did somebody say [game mechanic]? Let me explain in 14 paragraphs why you are wrong, with sources and a slide show"};
static const char *const greeting_en[] = {"hi, first time here!",         "hello from the front page",
					  "came from the raid, hi!",      "first time chatter, be gentle",
					  "hey! just found this channel", "long time lurker, first message :)"};
static const char *const greeting_de[] = {"hallo, bin zum ersten Mal hier", "Moin, gerade erst entdeckt"};
static const char *const greeting_cs[] = {"ahoj, jsem tu poprvé", "zdravím, náhodou jsem sem zabloudil"};
static const char *const greeting_ja[] = {"初見です、よろしくお願いします！", "はじめまして"};

struct phrases {
	const char *const *text;
	size_t count;
};
#define PHRASES(array) {array, sizeof(array) / sizeof((array)[0])}

static const struct phrases talk[SIM_LANGUAGES] = {
	[SIM_EN] = PHRASES(talk_en), [SIM_DE] = PHRASES(talk_de), [SIM_CS] = PHRASES(talk_cs),
	[SIM_JA] = PHRASES(talk_ja), [SIM_KO] = PHRASES(talk_ko), [SIM_RU] = PHRASES(talk_ru),
	[SIM_AR] = PHRASES(talk_ar), [SIM_HE] = PHRASES(talk_he), [SIM_ES] = PHRASES(talk_es),
	[SIM_PT] = PHRASES(talk_pt), [SIM_FR] = PHRASES(talk_fr), [SIM_PL] = PHRASES(talk_pl),
	[SIM_TR] = PHRASES(talk_tr), [SIM_ZH] = PHRASES(talk_zh)};
static const struct phrases insults[SIM_LANGUAGES] = {[SIM_EN] = PHRASES(insult_en),
						      [SIM_DE] = PHRASES(insult_de),
						      [SIM_CS] = PHRASES(insult_cs),
						      [SIM_RU] = PHRASES(insult_ru)};
static const struct phrases greetings[SIM_LANGUAGES] = {[SIM_EN] = PHRASES(greeting_en),
							[SIM_DE] = PHRASES(greeting_de),
							[SIM_CS] = PHRASES(greeting_cs),
							[SIM_JA] = PHRASES(greeting_ja)};
static const struct phrases others[] = {[SIM_PHRASE_HYPE] = PHRASES(hype),
					[SIM_PHRASE_SPAM] = PHRASES(spam),
					[SIM_PHRASE_SCAM] = PHRASES(scam),
					[SIM_PHRASE_EMOJI] = PHRASES(emoji),
					[SIM_PHRASE_COPYPASTA] = PHRASES(copypasta)};

const char *sim_phrase(struct sim_rng *rng, enum sim_phrase_kind kind, int language)
{
	const struct phrases *table = kind == SIM_PHRASE_TALK       ? talk
				      : kind == SIM_PHRASE_INSULT   ? insults
				      : kind == SIM_PHRASE_GREETING ? greetings
								    : NULL;
	const struct phrases *phrases = table ? &table[table[language].count ? language : SIM_EN] : &others[kind];
	return phrases->text[sim_rng_below(rng, (uint32_t)phrases->count)];
}
