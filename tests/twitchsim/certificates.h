/* A certificate authority made at start, and the server certificates it signs: a good one and two bad ones for tests. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum sim_certificate {
	SIM_CERT_GOOD,       /* localhost, 127.0.0.1, ::1 */
	SIM_CERT_EXPIRED,    /* same names, ran out yesterday */
	SIM_CERT_WRONG_HOST, /* for twitch.invalid only */
	SIM_CERT_UNKNOWN_CA, /* same names, signed by nobody known */
	SIM_CERT_COUNT,
};

struct sim_certificates {
	char *certificate[SIM_CERT_COUNT]; /* PEM */
	char *key[SIM_CERT_COUNT];         /* PEM */
	char *ca;                          /* PEM */
};

/* NULL when OpenSSL refuses. */
struct sim_certificates *sim_certificates_create(void);
void sim_certificates_destroy(struct sim_certificates *certificates);
