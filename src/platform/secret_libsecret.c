/*
 * Secret Service (GNOME Keyring, KWallet, KeePassXC) through libsecret.
 *
 * Every call is libsecret's asynchronous one, run on a main context of our own: it ends when the service answers, at its
 * deadline, or when it is cancelled. A service that does not even answer the cancelling is given up a moment later.
 */
#include "platform/secret_backend.h"

#include <libsecret/secret.h>

#include <util/base.h>
#include <util/bmem.h>
#include <util/threading.h>

#define GIVE_UP_MS 1000
#define MAX_LEFTOVERS 100

struct libsecret_backend {
	struct lx_secret_backend base;
	GMainContext *context;
	bool context_pushed; /* is the thread's default, as asynchronous calls need it */
	GDBusConnection *bus;

	pthread_mutex_t mutex;
	bool cancelled;        /* all calls from now on */
	GCancellable *current; /* of the call under way */
};

/* One asynchronous call. Outlives its caller where the service never answers. */
struct call {
	GCancellable *cancellable;
	GAsyncResult *result;
	bool abandoned;
	bool given_up;
};

static const SecretSchema schema = {
	"org.livextrem.Secret",
	SECRET_SCHEMA_NONE,
	{{"key", SECRET_SCHEMA_ATTRIBUTE_STRING}, {NULL, 0}},
	0,
	NULL,
	NULL,
	NULL,
	NULL,
	NULL,
	NULL,
	NULL,
};

static void free_call(struct call *call)
{
	g_clear_object(&call->result);
	g_object_unref(call->cancellable);
	bfree(call);
}

static struct call *begin_call(struct libsecret_backend *self)
{
	if (!self->context_pushed) {
		g_main_context_push_thread_default(self->context);
		self->context_pushed = true;
	}
	pthread_mutex_lock(&self->mutex);
	struct call *call = NULL;
	if (!self->cancelled) {
		call = bzalloc(sizeof(*call));
		call->cancellable = g_cancellable_new();
		self->current = call->cancellable;
	}
	pthread_mutex_unlock(&self->mutex);
	return call;
}

static void on_ready(GObject *source, GAsyncResult *result, gpointer data)
{
	(void)source;
	struct call *call = data;
	if (call->abandoned)
		free_call(call);
	else
		call->result = g_object_ref(result);
}

static gboolean on_deadline(gpointer data)
{
	g_cancellable_cancel(((struct call *)data)->cancellable);
	return G_SOURCE_REMOVE;
}

static gboolean on_given_up(gpointer data)
{
	((struct call *)data)->given_up = true;
	return G_SOURCE_REMOVE;
}

static GSource *start_timer(struct libsecret_backend *self, guint ms, GSourceFunc fire, struct call *call)
{
	GSource *timer = g_timeout_source_new(ms);
	g_source_set_callback(timer, fire, call, NULL);
	g_source_attach(timer, self->context);
	return timer;
}

static void stop_timer(GSource *timer)
{
	if (timer) {
		g_source_destroy(timer);
		g_source_unref(timer);
	}
}

/* Runs the context until the call has its result; false (and the call is gone) when there will be none. */
static bool await(struct libsecret_backend *self, struct call *call, uint32_t deadline_ms)
{
	GSource *deadline = start_timer(self, deadline_ms, on_deadline, call);
	GSource *give_up = NULL;
	while (!call->result && !call->given_up) {
		if (!give_up && g_cancellable_is_cancelled(call->cancellable))
			give_up = start_timer(self, GIVE_UP_MS, on_given_up, call);
		g_main_context_iteration(self->context, TRUE);
	}
	stop_timer(deadline);
	stop_timer(give_up);

	pthread_mutex_lock(&self->mutex);
	self->current = NULL;
	pthread_mutex_unlock(&self->mutex);
	if (call->result)
		return true;
	call->abandoned = true;
	return false;
}

static enum lx_secret_result failed(GError *error)
{
	/* The error tells of the service, never of the secret. */
	blog(LOG_INFO, "[liveXtrem] secret store: %s", error->message);
	g_error_free(error);
	return LX_SECRET_UNREACHABLE;
}

/* libsecret shares GLib's session bus, and GLib ends the whole program when that closes unless told not to. */
static bool connect_bus(struct libsecret_backend *self, uint32_t deadline_ms)
{
	if (self->bus && !g_dbus_connection_is_closed(self->bus))
		return true;
	if (self->bus) {
		/* libsecret would go on with the connection that is gone. */
		secret_service_disconnect();
		g_clear_object(&self->bus);
	}

	struct call *call = begin_call(self);
	if (!call)
		return false;
	g_bus_get(G_BUS_TYPE_SESSION, call->cancellable, on_ready, call);
	if (!await(self, call, deadline_ms))
		return false;
	GError *error = NULL;
	self->bus = g_bus_get_finish(call->result, &error);
	free_call(call);
	if (!self->bus) {
		failed(error);
		return false;
	}
	g_dbus_connection_set_exit_on_close(self->bus, FALSE);
	return true;
}

static GHashTable *attributes(const char *key)
{
	return secret_attributes_build(&schema, "key", key, NULL);
}

/* Whether there is such a secret that only cannot be read, because the user did not unlock it. */
static enum lx_secret_result find_locked(struct libsecret_backend *self, GHashTable *wanted, uint32_t deadline_ms)
{
	struct call *call = begin_call(self);
	if (!call)
		return LX_SECRET_UNREACHABLE;
	secret_password_searchv(&schema, wanted, SECRET_SEARCH_NONE, call->cancellable, on_ready, call);
	if (!await(self, call, deadline_ms))
		return LX_SECRET_UNREACHABLE;
	GError *error = NULL;
	GList *items = secret_password_search_finish(call->result, &error);
	free_call(call);
	if (error)
		return failed(error);
	enum lx_secret_result result = items ? LX_SECRET_UNREACHABLE : LX_SECRET_NONE;
	g_list_free_full(items, g_object_unref);
	return result;
}

static enum lx_secret_result look_up(struct libsecret_backend *self, GHashTable *wanted, char **value,
				     uint32_t deadline_ms)
{
	struct call *call = begin_call(self);
	if (!call)
		return LX_SECRET_UNREACHABLE;
	secret_password_lookupv(&schema, wanted, call->cancellable, on_ready, call);
	if (!await(self, call, deadline_ms))
		return LX_SECRET_UNREACHABLE;
	GError *error = NULL;
	gchar *password = secret_password_lookup_finish(call->result, &error);
	free_call(call);
	if (error)
		return failed(error);
	if (!password)
		return find_locked(self, wanted, deadline_ms);
	*value = bstrdup(password);
	secret_password_free(password);
	return LX_SECRET_OK;
}

static enum lx_secret_result get(struct lx_secret_backend *base, const char *key, char **value, uint32_t deadline_ms)
{
	struct libsecret_backend *self = (struct libsecret_backend *)base;
	if (!connect_bus(self, deadline_ms))
		return LX_SECRET_UNREACHABLE;
	GHashTable *wanted = attributes(key);
	enum lx_secret_result result = look_up(self, wanted, value, deadline_ms);
	g_hash_table_unref(wanted);
	return result;
}

static enum lx_secret_result set(struct lx_secret_backend *base, const char *key, const char *value,
				 uint32_t deadline_ms)
{
	struct libsecret_backend *self = (struct libsecret_backend *)base;
	struct call *call = connect_bus(self, deadline_ms) ? begin_call(self) : NULL;
	if (!call)
		return LX_SECRET_UNREACHABLE;
	GHashTable *wanted = attributes(key);
	char *label = g_strdup_printf("liveXtrem %s", key);
	secret_password_storev(&schema, wanted, SECRET_COLLECTION_DEFAULT, label, value, call->cancellable, on_ready,
			       call);
	g_free(label);
	g_hash_table_unref(wanted);
	if (!await(self, call, deadline_ms))
		return LX_SECRET_UNREACHABLE;
	GError *error = NULL;
	bool stored = secret_password_store_finish(call->result, &error);
	free_call(call);
	if (error)
		return failed(error);
	return stored ? LX_SECRET_OK : LX_SECRET_UNREACHABLE;
}

static enum lx_secret_result remove_secret(struct lx_secret_backend *base, const char *key, uint32_t deadline_ms)
{
	struct libsecret_backend *self = (struct libsecret_backend *)base;
	struct call *call = connect_bus(self, deadline_ms) ? begin_call(self) : NULL;
	if (!call)
		return LX_SECRET_UNREACHABLE;
	GHashTable *wanted = attributes(key);
	secret_password_clearv(&schema, wanted, call->cancellable, on_ready, call);
	g_hash_table_unref(wanted);
	if (!await(self, call, deadline_ms))
		return LX_SECRET_UNREACHABLE;
	GError *error = NULL;
	bool removed = secret_password_clear_finish(call->result, &error);
	free_call(call);
	if (error)
		return failed(error);
	return removed ? LX_SECRET_OK : LX_SECRET_NONE;
}

static void cancel(struct lx_secret_backend *base)
{
	struct libsecret_backend *self = (struct libsecret_backend *)base;
	pthread_mutex_lock(&self->mutex);
	self->cancelled = true;
	GCancellable *current = self->current ? g_object_ref(self->current) : NULL;
	pthread_mutex_unlock(&self->mutex);
	if (current) {
		g_cancellable_cancel(current);
		g_main_context_wakeup(self->context);
		g_object_unref(current);
	}
}

static void destroy(struct lx_secret_backend *base)
{
	struct libsecret_backend *self = (struct libsecret_backend *)base;
	if (self->bus)
		secret_service_disconnect();
	g_clear_object(&self->bus);
	/* What GLib still wants to free, it frees on this context. */
	for (int i = 0; i < MAX_LEFTOVERS && g_main_context_iteration(self->context, FALSE); i++)
		;
	if (self->context_pushed)
		g_main_context_pop_thread_default(self->context);
	g_main_context_unref(self->context);
	pthread_mutex_destroy(&self->mutex);
	bfree(self);
}

struct lx_secret_backend *lx_secret_backend_create_system(void)
{
	struct libsecret_backend *self = bzalloc(sizeof(*self));
	self->base = (struct lx_secret_backend){"store", get, set, remove_secret, cancel, destroy};
	self->context = g_main_context_new();
	pthread_mutex_init(&self->mutex, NULL);
	return &self->base;
}
