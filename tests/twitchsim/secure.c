#include "secure.h"

#include <string.h>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <util/bmem.h>

struct sim_secure_context {
	SSL_CTX *context;
	bool offer_http2;
};

struct sim_secure {
	SSL *ssl; /* owns both buffers */
	BIO *from_network, *to_network;
};

static int select_protocol(SSL *ssl, const unsigned char **out, unsigned char *out_size, const unsigned char *in,
			   unsigned int size, void *data)
{
	static const unsigned char both[] = "\x02h2\x08http/1.1", one[] = "\x08http/1.1";
	const struct sim_secure_context *context = data;
	const unsigned char *offered = context->offer_http2 ? both : one;
	unsigned int offered_size = context->offer_http2 ? sizeof(both) - 1 : sizeof(one) - 1;
	return SSL_select_next_proto((unsigned char **)out, out_size, offered, offered_size, in, size) ==
			       OPENSSL_NPN_NEGOTIATED
		       ? SSL_TLSEXT_ERR_OK
		       : SSL_TLSEXT_ERR_NOACK;
}

struct sim_secure_context *sim_secure_context_create(const char *certificate, const char *key, bool offer_http2)
{
	struct sim_secure_context *context = bzalloc(sizeof(*context));
	BIO *certificate_bio = BIO_new_mem_buf(certificate, -1), *key_bio = BIO_new_mem_buf(key, -1);
	X509 *x509 = PEM_read_bio_X509(certificate_bio, NULL, NULL, NULL);
	EVP_PKEY *private_key = PEM_read_bio_PrivateKey(key_bio, NULL, NULL, NULL);
	context->offer_http2 = offer_http2;
	context->context = SSL_CTX_new(TLS_server_method());
	bool ok = context->context && SSL_CTX_use_certificate(context->context, x509) == 1 &&
		  SSL_CTX_use_PrivateKey(context->context, private_key) == 1;
	if (ok) {
		SSL_CTX_set_min_proto_version(context->context, TLS1_2_VERSION);
		SSL_CTX_set_alpn_select_cb(context->context, select_protocol, context);
	}
	X509_free(x509);
	EVP_PKEY_free(private_key);
	BIO_free(certificate_bio);
	BIO_free(key_bio);
	if (!ok) {
		sim_secure_context_destroy(context);
		return NULL;
	}
	return context;
}

void sim_secure_context_destroy(struct sim_secure_context *context)
{
	if (!context)
		return;
	SSL_CTX_free(context->context);
	bfree(context);
}

struct sim_secure *sim_secure_create(struct sim_secure_context *context)
{
	struct sim_secure *secure = bzalloc(sizeof(*secure));
	secure->ssl = SSL_new(context->context);
	secure->from_network = BIO_new(BIO_s_mem());
	secure->to_network = BIO_new(BIO_s_mem());
	SSL_set_bio(secure->ssl, secure->from_network, secure->to_network);
	SSL_set_accept_state(secure->ssl);
	return secure;
}

void sim_secure_destroy(struct sim_secure *secure)
{
	if (!secure)
		return;
	SSL_free(secure->ssl);
	bfree(secure);
}

bool sim_secure_feed(struct sim_secure *secure, const void *data, size_t size)
{
	BIO_write(secure->from_network, data, (int)size);
	if (SSL_is_init_finished(secure->ssl))
		return true;
	int result = SSL_do_handshake(secure->ssl);
	bool fatal = result <= 0 && SSL_get_error(secure->ssl, result) != SSL_ERROR_WANT_READ;
	ERR_clear_error();
	return !fatal;
}

size_t sim_secure_read(struct sim_secure *secure, void *data, size_t room)
{
	int size = SSL_is_init_finished(secure->ssl) ? SSL_read(secure->ssl, data, (int)room) : 0;
	ERR_clear_error();
	return size > 0 ? (size_t)size : 0;
}

void sim_secure_write(struct sim_secure *secure, struct sim_buf *plain, size_t limit, struct sim_buf *wire)
{
	while (SSL_is_init_finished(secure->ssl) && plain->size && limit) {
		size_t size = plain->size < limit ? plain->size : limit;
		int written = SSL_write(secure->ssl, sim_buf_bytes(plain), (int)size);
		if (written <= 0)
			break;
		sim_buf_take(plain, (size_t)written);
		limit -= (size_t)written;
	}
	ERR_clear_error();
	char bytes[16384];
	int size;
	while ((size = BIO_read(secure->to_network, bytes, sizeof(bytes))) > 0)
		sim_buf_add(wire, bytes, (size_t)size);
}

bool sim_secure_ready(const struct sim_secure *secure)
{
	return SSL_is_init_finished(secure->ssl);
}

bool sim_secure_http2(const struct sim_secure *secure)
{
	const unsigned char *name = NULL;
	unsigned int size = 0;
	SSL_get0_alpn_selected(secure->ssl, &name, &size);
	return size == 2 && memcmp(name, "h2", 2) == 0;
}
