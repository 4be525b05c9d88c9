#include "net/mailbox.h"

#include <util/bmem.h>
#include <util/threading.h>

struct lx_mailbox {
	volatile long references;
	pthread_mutex_t mutex; /* guards loop */
	struct lx_loop *loop;  /* NULL once closed */
};

struct letter {
	struct lx_mailbox *mailbox;
	lx_loop_task run, drop;
	void *data;
};

struct lx_mailbox *lx_mailbox_create(struct lx_loop *loop)
{
	struct lx_mailbox *mailbox = bzalloc(sizeof(*mailbox));
	mailbox->references = 1;
	mailbox->loop = loop;
	pthread_mutex_init(&mailbox->mutex, NULL);
	return mailbox;
}

struct lx_mailbox *lx_mailbox_ref(struct lx_mailbox *mailbox)
{
	os_atomic_inc_long(&mailbox->references);
	return mailbox;
}

void lx_mailbox_release(struct lx_mailbox *mailbox)
{
	if (os_atomic_dec_long(&mailbox->references) > 0)
		return;
	pthread_mutex_destroy(&mailbox->mutex);
	bfree(mailbox);
}

void lx_mailbox_close(struct lx_mailbox *mailbox)
{
	if (!mailbox)
		return;
	pthread_mutex_lock(&mailbox->mutex);
	mailbox->loop = NULL;
	pthread_mutex_unlock(&mailbox->mutex);
	lx_mailbox_release(mailbox);
}

bool lx_mailbox_is_open(struct lx_mailbox *mailbox)
{
	pthread_mutex_lock(&mailbox->mutex);
	bool open = mailbox->loop != NULL;
	pthread_mutex_unlock(&mailbox->mutex);
	return open;
}

static void drop_letter(void *data)
{
	struct letter *letter = data;
	if (letter->drop)
		letter->drop(letter->data);
	lx_mailbox_release(letter->mailbox);
	bfree(letter);
}

static void deliver(void *data)
{
	struct letter *letter = data;
	if (!lx_mailbox_is_open(letter->mailbox)) {
		drop_letter(letter);
		return;
	}
	letter->run(letter->data);
	lx_mailbox_release(letter->mailbox);
	bfree(letter);
}

void lx_mailbox_post(struct lx_mailbox *mailbox, lx_loop_task run, lx_loop_task drop, void *data)
{
	struct letter *letter = bzalloc(sizeof(*letter));
	*letter = (struct letter){lx_mailbox_ref(mailbox), run, drop, data};

	/* Under the lock, so that the loop cannot go while it is given the letter. */
	lx_mailbox_ref(mailbox);
	pthread_mutex_lock(&mailbox->mutex);
	if (mailbox->loop)
		lx_loop_post(mailbox->loop, deliver, drop_letter, letter);
	else
		drop_letter(letter);
	pthread_mutex_unlock(&mailbox->mutex);
	lx_mailbox_release(mailbox);
}

/* --- notes -------------------------------------------------------------------------------------------------------- */

struct told {
	lx_mailbox_work work;
	void *owner;
	int64_t number;
	char *first, *second;
};

static void free_told(void *data)
{
	struct told *told = data;
	bfree(told->first);
	bfree(told->second);
	bfree(told);
}

static void run_told(void *data)
{
	const struct told *told = data;
	told->work(told->owner, &(struct lx_note){told->number, told->first, told->second});
	free_told(data);
}

void lx_mailbox_tell(struct lx_mailbox *mailbox, lx_mailbox_work work, void *owner, const struct lx_note *note)
{
	struct told *told = bzalloc(sizeof(*told));
	*told = (struct told){
		.work = work,
		.owner = owner,
		.number = note->number,
		.first = bstrdup(note->first ? note->first : ""),
		.second = bstrdup(note->second ? note->second : ""),
	};
	lx_mailbox_post(mailbox, run_told, free_told, told);
}
