/*
 * Small pictures made by code, so that nothing of anybody else's lies in the tree: a shape of one colour on nothing, standing
 * still or moving up and down. Needs no simulator.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum sim_picture_format { SIM_PICTURE_PNG, SIM_PICTURE_GIF, SIM_PICTURE_WEBP };

enum sim_picture_shape {
	SIM_SHAPE_FACE,   /* an emote */
	SIM_SHAPE_SQUARE, /* a badge */
	SIM_SHAPE_STONE,  /* a cheermote */
	SIM_SHAPE_SNOW,   /* dots: what is laid over an emote */
	SIM_SHAPE_FULL,   /* every point */
};

struct sim_picture {
	enum sim_picture_format format;
	enum sim_picture_shape shape;
	int width, height; /* at most 1024 */
	int frames;        /* more than one: moves (GIF and WebP) */
	int frame_ms;
	uint32_t color; /* 0xRRGGBB */
};

/* Freed with bfree(). */
uint8_t *sim_picture_make(const struct sim_picture *picture, size_t *size);

#ifdef __cplusplus
}
#endif
