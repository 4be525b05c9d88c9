#include <stdio.h>

#include "control.h"
#include "helix.h"
#include "pictures.h"

static bool below(const char *path, const char *base)
{
	size_t size = strlen(base);
	return strncmp(path, base, size) == 0 && (path[size] == '/' || !path[size]);
}

void sim_route(struct sim_request *request, struct sim_answer *answer)
{
	if (request->control) {
		sim_control_request(request, answer);
	} else if (below(request->path, "/helix")) {
		sim_helix_request(request, answer);
	} else if (below(request->path, "/oauth2") || below(request->path, "/activate")) {
		sim_oauth_request(request, answer);
	} else if (!sim_picture_request(request, answer)) {
		answer->status = 404;
		answer->body = bstrdup("{\"error\":\"Not Found\",\"status\":404,\"message\":\"\"}");
		answer->body_size = strlen(answer->body);
	}
}
