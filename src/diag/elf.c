/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "diag/elf.h"

#include <elf.h>
#include <string.h>

static const struct machine {
	uint16_t machine;
	const char *name;
} machines[] = {
	{EM_386, "x86"},      {EM_X86_64, "x86-64"}, {EM_ARM, "ARM"},       {EM_AARCH64, "ARM64"},
	{EM_PPC, "PowerPC"},  {EM_PPC64, "PowerPC"}, {EM_MIPS, "MIPS"},     {EM_S390, "s390"},
	{EM_RISCV, "RISC-V"}, {EM_SPARCV9, "SPARC"}, {EM_IA_64, "Itanium"},
};

enum cs_err elf_kind_get(struct elf_kind *out, const void *bytes, size_t len)
{
	const uint8_t *b = bytes;
	const size_t at = offsetof(Elf32_Ehdr, e_machine);
	bool big;

	if (len < at + 2 || memcmp(b, ELFMAG, SELFMAG) != 0)
		return CS_E_FORMAT;
	if (b[EI_CLASS] != ELFCLASS32 && b[EI_CLASS] != ELFCLASS64)
		return CS_E_FORMAT;
	if (b[EI_DATA] != ELFDATA2LSB && b[EI_DATA] != ELFDATA2MSB)
		return CS_E_FORMAT;
	big = b[EI_DATA] == ELFDATA2MSB;
	out->bits = b[EI_CLASS] == ELFCLASS64 ? 64 : 32;
	out->data = b[EI_DATA];
	out->machine = (uint16_t)(b[big ? at : at + 1] << 8 | b[big ? at + 1 : at]);
	return CS_OK;
}

const char *elf_machine_name(uint16_t machine)
{
	for (size_t i = 0; i < sizeof(machines) / sizeof(machines[0]); i++)
		if (machines[i].machine == machine)
			return machines[i].name;
	return "machine of another kind";
}
