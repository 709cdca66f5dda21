/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_DIAG_ELF_H
#define CS_DIAG_ELF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"

/* What a program and its plug-ins must have in common to be loaded together. */
struct elf_kind {
	uint8_t bits;     /* 32 or 64 */
	uint8_t data;     /* EI_DATA: 1 little endian, 2 big endian */
	uint16_t machine; /* e_machine */
};

/*
 * elf_kind_get - look at the identification of an ELF file, nothing more
 * @bytes: its first @len bytes
 * Return: CS_OK; CS_E_FORMAT it is none.
 */
CS_NODISCARD enum cs_err elf_kind_get(struct elf_kind *out, const void *bytes, size_t len);

/* elf_machine_name - "x86-64", "ARM", ...; "machine of another kind" when unknown; static storage */
const char *elf_machine_name(uint16_t machine);

#endif
