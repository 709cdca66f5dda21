/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Feeds every file of the directories named on the command line to a fuzz target; prints TAP. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define INPUT_MAX (1u << 20)

static unsigned replayed;

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int not_hidden(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static int replay_file(const char *path)
{
	uint8_t *buf = malloc(INPUT_MAX);
	uint8_t *exact;
	size_t n;
	FILE *f = fopen(path, "rb");

	if (!f || !buf) {
		printf("not ok %u - %s: can not be read\n", ++replayed, path);
		return 1;
	}
	n = fread(buf, 1, INPUT_MAX, f);
	fclose(f);
	/* an exact-size copy lets the address sanitizer see every byte read too far */
	exact = malloc(n ? n : 1);
	if (!exact)
		abort();
	memcpy(exact, buf, n);
	LLVMFuzzerTestOneInput(exact, n);
	free(exact);
	free(buf);
	printf("ok %u - %s\n", ++replayed, path);
	return 0;
}

static int replay_dir(const char *dir)
{
	struct dirent **entries;
	char path[4096];
	int failed = 0;
	int n = scandir(dir, &entries, not_hidden, by_name);

	if (n <= 0) {
		printf("not ok %u - %s: no corpus\n", ++replayed, dir);
		return 1;
	}
	for (int i = 0; i < n; i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, entries[i]->d_name);
		failed |= replay_file(path);
		free(entries[i]);
	}
	free(entries);
	return failed;
}

int main(int argc, char **argv)
{
	int failed = 0;

	setvbuf(stdout, NULL, _IOLBF, 0);
	for (int i = 1; i < argc; i++)
		failed |= replay_dir(argv[i]);
	printf("1..%u\n", replayed);
	return failed;
}
