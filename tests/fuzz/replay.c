/* Plays files back into a fuzz target, for compilers without libFuzzer. */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		FILE *file = fopen(argv[i], "rb");
		if (!file || fseek(file, 0, SEEK_END) != 0) {
			perror(argv[i]);
			return 1;
		}
		size_t size = (size_t)ftell(file);
		uint8_t *bytes = malloc(size + 1);
		rewind(file);
		size = fread(bytes, 1, size, file);
		fclose(file);
		LLVMFuzzerTestOneInput(bytes, size);
		free(bytes);
	}
	printf("%d files\n", argc - 1);
	return argc > 1 ? 0 : 1;
}
