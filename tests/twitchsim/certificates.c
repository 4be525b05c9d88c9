#include "certificates.h"

#include <string.h>

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <util/bmem.h>

#define DAY 86400L
#define NAMES "DNS:localhost,IP:127.0.0.1,IP:0:0:0:0:0:0:0:1"

static char *bio_text(BIO *bio)
{
	char *data = NULL;
	long size = BIO_get_mem_data(bio, &data);
	char *text = bstrdup_n(data, (size_t)size);
	BIO_free(bio);
	return text;
}

static char *certificate_pem(X509 *certificate)
{
	BIO *bio = BIO_new(BIO_s_mem());
	PEM_write_bio_X509(bio, certificate);
	return bio_text(bio);
}

static char *key_pem(EVP_PKEY *key)
{
	/* The form of the curve's own ("EC PRIVATE KEY"): libwebsockets hands it to OpenSSL as such. */
	BIO *bio = BIO_new(BIO_s_mem());
	PEM_write_bio_PrivateKey_traditional(bio, key, NULL, NULL, 0, NULL, NULL);
	return bio_text(bio);
}

static bool extend(X509 *certificate, X509 *issuer, int nid, const char *value)
{
	X509V3_CTX context;
	X509V3_set_ctx_nodb(&context);
	X509V3_set_ctx(&context, issuer, certificate, NULL, NULL, 0);
	X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &context, nid, value);
	if (!extension)
		return false;
	bool ok = X509_add_ext(certificate, extension, -1) == 1;
	X509_EXTENSION_free(extension);
	return ok;
}

static X509 *make(const char *name, EVP_PKEY *key, X509 *issuer, EVP_PKEY *issuer_key, long from, long to,
		  const char *names)
{
	X509 *certificate = X509_new();
	unsigned char serial[8];
	RAND_bytes(serial, sizeof(serial));
	BIGNUM *number = BN_bin2bn(serial, sizeof(serial), NULL);
	BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate));
	BN_free(number);
	X509_set_version(certificate, X509_VERSION_3);
	X509_gmtime_adj(X509_getm_notBefore(certificate), from);
	X509_gmtime_adj(X509_getm_notAfter(certificate), to);
	X509_set_pubkey(certificate, key);
	X509_NAME *subject = X509_get_subject_name(certificate);
	X509_NAME_add_entry_by_txt(subject, "O", MBSTRING_ASC, (const unsigned char *)"Twitch simulator", -1, -1, 0);
	X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, (const unsigned char *)name, -1, -1, 0);
	if (!issuer)
		issuer = certificate;
	X509_set_issuer_name(certificate, X509_get_subject_name(issuer));
	bool ok;
	if (names)
		ok = extend(certificate, issuer, NID_basic_constraints, "critical,CA:FALSE") &&
		     extend(certificate, issuer, NID_key_usage, "critical,digitalSignature") &&
		     extend(certificate, issuer, NID_ext_key_usage, "serverAuth") &&
		     extend(certificate, issuer, NID_subject_alt_name, names);
	else
		ok = extend(certificate, issuer, NID_basic_constraints, "critical,CA:TRUE") &&
		     extend(certificate, issuer, NID_key_usage, "critical,keyCertSign,cRLSign");
	ok = ok && extend(certificate, issuer, NID_subject_key_identifier, "hash") &&
	     extend(certificate, issuer, NID_authority_key_identifier, "keyid:always") &&
	     X509_sign(certificate, issuer_key, EVP_sha256()) > 0;
	if (!ok) {
		X509_free(certificate);
		return NULL;
	}
	return certificate;
}

struct sim_certificates *sim_certificates_create(void)
{
	static const struct {
		long from, to;
		const char *names;
	} kinds[SIM_CERT_COUNT] = {
		[SIM_CERT_GOOD] = {-DAY, 30 * DAY, NAMES},
		[SIM_CERT_EXPIRED] = {-30 * DAY, -DAY, NAMES},
		[SIM_CERT_WRONG_HOST] = {-DAY, 30 * DAY, "DNS:twitch.invalid"},
		[SIM_CERT_UNKNOWN_CA] = {-DAY, 30 * DAY, NAMES},
	};
	struct sim_certificates *certificates = bzalloc(sizeof(*certificates));
	EVP_PKEY *ca_key = EVP_EC_gen("P-256"), *other_key = EVP_EC_gen("P-256");
	X509 *ca = make("Twitch simulator CA", ca_key, NULL, ca_key, -DAY, 30 * DAY, NULL);
	X509 *other = make("Nobody's CA", other_key, NULL, other_key, -DAY, 30 * DAY, NULL);
	bool ok = ca && other;
	for (int i = 0; ok && i < SIM_CERT_COUNT; i++) {
		bool unknown = i == SIM_CERT_UNKNOWN_CA;
		EVP_PKEY *key = EVP_EC_gen("P-256");
		X509 *certificate = make("localhost", key, unknown ? other : ca, unknown ? other_key : ca_key,
					 kinds[i].from, kinds[i].to, kinds[i].names);
		ok = certificate != NULL;
		if (ok) {
			certificates->certificate[i] = certificate_pem(certificate);
			certificates->key[i] = key_pem(key);
		}
		X509_free(certificate);
		EVP_PKEY_free(key);
	}
	if (ok)
		certificates->ca = certificate_pem(ca);
	X509_free(ca);
	X509_free(other);
	EVP_PKEY_free(ca_key);
	EVP_PKEY_free(other_key);
	if (!ok) {
		sim_certificates_destroy(certificates);
		return NULL;
	}
	return certificates;
}

void sim_certificates_destroy(struct sim_certificates *certificates)
{
	if (!certificates)
		return;
	for (int i = 0; i < SIM_CERT_COUNT; i++) {
		bfree(certificates->certificate[i]);
		bfree(certificates->key[i]);
	}
	bfree(certificates->ca);
	bfree(certificates);
}
