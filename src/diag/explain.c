/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "diag/explain.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "core/hex.h"
#include "core/sw.h"
#include "diag/explain_text.h"

#define CERTAIN       100
#define EXACT         95 /* the whole text is the phrase */
#define SYMBOL        98 /* a symbol somewhere in the text */
#define LOG_LINE      92
#define SW_NAMED      97
#define CONTAINED     50 /* a phrase within the text, and one more for each character of it ... */
#define CONTAINED_MAX 40 /* ... up to this many */
#define PART          25 /* the text is part of a phrase; up to twice that when it is most of it */
#define PART_MIN      4
#define NOISE         35 /* an answer this much below the best one is left out */

#define SYMBOL_PREFIX 8 /* characters of "SCARD_E_" */

enum topic_id {
#define TOPIC(id, code, source, name, phrases, meaning) TOPIC_##id,
#define CAUSE(id, call, kase, cause, check)
#define SW_CAUSE(first, last, kase, cause, check)
#include "diag/explain.def"
#undef TOPIC
	TOPICS
};

struct topic {
	uint32_t code; /* 0: none */
	const char *source, *name, *phrases, *meaning;
};

static const struct topic topics[TOPICS] = {
#define TOPIC(id, code, source, name, phrases, meaning) {code, source, name, phrases, meaning},
#include "diag/explain.def"
#undef TOPIC
#undef CAUSE
#undef SW_CAUSE
};

struct topic_cause {
	enum topic_id topic;
	const char *call; /* lower case; NULL: any */
	struct explain_cause cause;
};

static const struct topic_cause topic_causes[] = {
#define TOPIC(id, code, source, name, phrases, meaning)
#define CAUSE(id, call, kase, cause, check) {TOPIC_##id, call, {kase, cause, check}},
#define SW_CAUSE(first, last, kase, cause, check)
#include "diag/explain.def"
#undef CAUSE
#undef SW_CAUSE
};

static const struct sw_cause {
	uint16_t first, last;
	struct explain_cause cause;
} sw_causes[] = {
#define CAUSE(id, call, kase, cause, check)
#define SW_CAUSE(first, last, kase, cause, check) {first, last, {kase, cause, check}},
#include "diag/explain.def"
#undef TOPIC
#undef CAUSE
#undef SW_CAUSE
};

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* The question, and what has been found so far. */
struct search {
	struct explain_text text;
	struct explain_answers *out;
	struct pool *pool;
};

/* Keeps the best answers in order; of equal ones the earlier. */
static void offer(struct explain_answers *out, const struct explain_answer *answer)
{
	size_t at = out->n;

	while (at > 0 && out->answer[at - 1].score < answer->score)
		at--;
	if (at == EXPLAIN_ANSWERS_MAX)
		return;
	if (out->n < EXPLAIN_ANSWERS_MAX)
		out->n++;
	for (size_t i = out->n - 1; i > at; i--)
		out->answer[i] = out->answer[i - 1];
	out->answer[at] = *answer;
}

static void add_cause(struct explain_answer *answer, const struct explain_cause *cause)
{
	if (answer->n_causes < EXPLAIN_CAUSES_MAX)
		answer->cause[answer->n_causes++] = *cause;
}

enum call_fit { CALL_NAMED, CALL_ANY, CALL_OTHER, CALL_FITS };

static enum call_fit call_fit(const struct explain_text *text, const char *call)
{
	if (!call)
		return CALL_ANY;
	return strstr(text->words, call) ? CALL_NAMED : CALL_OTHER;
}

/* Reasons that belong to the call that is named come first, those of other calls last. */
static void add_topic_causes(struct explain_answer *answer, const struct explain_text *text, size_t topic)
{
	for (int fit = 0; fit < CALL_FITS; fit++) {
		for (size_t i = 0; i < COUNT(topic_causes); i++) {
			const struct topic_cause *c = &topic_causes[i];

			if (c->topic == topic && (int)call_fit(text, c->call) == fit)
				add_cause(answer, &c->cause);
		}
	}
}

static unsigned score_phrase(const struct explain_text *text, const char *phrase, size_t len)
{
	size_t have = text->len;

	if (have == len && memcmp(text->words, phrase, len) == 0)
		return EXACT;
	if (explain_text_has(text->words, have, phrase, len))
		return CONTAINED + (unsigned)(len < CONTAINED_MAX ? len : CONTAINED_MAX);
	if (have >= PART_MIN && explain_text_has(phrase, len, text->words, have))
		return PART + (unsigned)(PART * have / len);
	return 0;
}

static unsigned score_phrases(const struct explain_text *text, const char *phrases)
{
	unsigned best = 0;

	while (*phrases) {
		size_t len = strcspn(phrases, "|");
		unsigned score = score_phrase(text, phrases, len);

		if (score > best)
			best = score;
		phrases += len + (phrases[len] == '|');
	}
	return best;
}

static unsigned score_sentence(const struct explain_text *text, const char *sentence)
{
	struct explain_text words;

	explain_text_set(&words, sentence, strlen(sentence));
	return words.len ? score_phrase(text, words.words, words.len) : 0;
}

static unsigned score_symbol(const struct explain_text *text, const char *symbol)
{
	struct explain_text word;

	explain_text_set(&word, symbol, strlen(symbol));
	if (explain_text_has(text->words, text->len, word.words, word.len))
		return text->len == word.len ? CERTAIN : SYMBOL;
	if (word.len > SYMBOL_PREFIX && strcmp(text->words, word.words + SYMBOL_PREFIX) == 0)
		return EXACT;
	return 0;
}

static size_t topic_of_code(uint32_t value)
{
	size_t i = 0;

	while (i < TOPICS && topics[i].code != value)
		i++;
	return i;
}

static unsigned greatest(unsigned a, unsigned b)
{
	return a > b ? a : b;
}

static void ask_code(struct search *s, const struct explain_code *code)
{
	struct explain_answer answer = {.kind = EXPLAIN_CODE,
					.name = code->symbol,
					.value = code->value,
					.source = "PC/SC",
					.meaning = code->sentence};
	size_t topic = topic_of_code(code->value);

	answer.score =
		greatest(score_symbol(&s->text, code->symbol), score_sentence(&s->text, code->sentence));
	if (explain_text_has_code(&s->text, code->value))
		answer.score = CERTAIN;
	if (topic < TOPICS) {
		answer.score = greatest(answer.score, score_phrases(&s->text, topics[topic].phrases));
		add_topic_causes(&answer, &s->text, topic);
	}
	if (answer.n_causes == 0 && code->cause)
		add_cause(&answer, &(struct explain_cause){NULL, code->cause, ""});
	if (answer.score > 0)
		offer(s->out, &answer);
}

static bool is_pcsc(uint32_t code)
{
	return code >> 16 == 0x8010;
}

/* 0 stands for no code, but for the topic whose code it is. */
static bool has_code(size_t topic)
{
	return topics[topic].code || topic == TOPIC_SUCCESS;
}

static void ask_topic(struct search *s, size_t i)
{
	struct explain_answer answer = {.kind = EXPLAIN_MESSAGE,
					.name = topics[i].name,
					.source = topics[i].source,
					.meaning = topics[i].meaning};

	answer.score = score_phrases(&s->text, topics[i].phrases);
	if (has_code(i) && s->text.is_number && s->text.number == topics[i].code)
		answer.score = CERTAIN;
	add_topic_causes(&answer, &s->text, i);
	if (answer.score > 0)
		offer(s->out, &answer);
}

static enum cs_err ask_status_word(struct search *s)
{
	struct explain_answer answer = {.kind = EXPLAIN_STATUS_WORD, .source = "card"};
	bool whole;
	struct sw_info info;

	if (!explain_text_status_word(&s->text, &answer.value, &whole))
		return CS_OK;
	info = sw_get((uint16_t)answer.value);
	answer.score = whole ? CERTAIN : SW_NAMED;
	answer.name = pool_format(s->pool, "%04X", (unsigned)answer.value);
	answer.meaning = info.count < 0 ? info.text : pool_format(s->pool, "%s: %d", info.text, info.count);
	if (!answer.name || !answer.meaning)
		return CS_E_NOMEM;
	for (size_t i = 0; i < COUNT(sw_causes); i++) {
		if (sw_causes[i].first <= answer.value && answer.value <= sw_causes[i].last)
			add_cause(&answer, &sw_causes[i].cause);
	}
	offer(s->out, &answer);
	return CS_OK;
}

static enum cs_err ask_log(struct search *s, const char *text, size_t len)
{
	struct explain_answer answer = {.kind = EXPLAIN_LOG,
					.source = "log",
					.meaning =
						"a line that pcscd, a driver, systemd or the kernel writes",
					.score = LOG_LINE};
	struct explain_cause cause;
	struct log_match match;

	if (!log_match(&match, text, len))
		return CS_OK;
	cause = (struct explain_cause){match.entry->kase, log_meaning(s->pool, &match),
				       log_check(s->pool, &match)};
	if (!cause.cause || !cause.check)
		return CS_E_NOMEM;
	answer.name = match.entry->kase ? match.entry->kase : "log line";
	add_cause(&answer, &cause);
	offer(s->out, &answer);
	return CS_OK;
}

static void drop_noise(struct explain_answers *out)
{
	while (out->n > 1 && out->answer[out->n - 1].score + NOISE < out->answer[0].score)
		out->n--;
}

enum cs_err explain(struct explain_answers *out, struct pool *pool, const char *text, size_t len,
		    const struct explain_code *codes, size_t n_codes)
{
	struct search s = {.out = out, .pool = pool};
	enum cs_err err;

	*out = (struct explain_answers){.n = 0};
	explain_text_set(&s.text, text, len);
	if (s.text.len == 0)
		return CS_E_EMPTY;
	err = ask_log(&s, text, len);
	if (!err)
		err = ask_status_word(&s);
	if (err)
		return err;
	for (size_t i = 0; i < n_codes; i++)
		ask_code(&s, &codes[i]);
	for (size_t i = 0; i < TOPICS; i++) {
		if (!is_pcsc(topics[i].code))
			ask_topic(&s, i);
	}
	drop_noise(out);
	return out->n ? CS_OK : CS_E_NOT_FOUND;
}
