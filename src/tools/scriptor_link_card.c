/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is done with a card that is connected. */
#include "core/feature.h"
#include "tools/scriptor_link_priv.h"

enum cs_err link_begin(struct link *link)
{
	enum cs_err err = GUARDED(link, "SCardBeginTransaction", scard_begin(link->card, &link->fault));

	link->transaction = link->transaction || err == CS_OK;
	return err;
}

enum cs_err link_end(struct link *link, enum scard_leave leave)
{
	enum cs_err err = GUARDED(link, "SCardEndTransaction", scard_end(link->card, leave, &link->fault));

	link->transaction = link->transaction && err != CS_OK;
	return err;
}

enum cs_err link_transmit(void *data, const uint8_t *cmd, size_t cmd_len, uint8_t *rsp, size_t *rsp_len,
			  struct scard_fault *fault)
{
	struct link *link = data;

	return GUARDED(link, "SCardTransmit", scard_transmit(link->card, cmd, cmd_len, rsp, rsp_len, fault));
}

enum cs_err link_control(struct link *link, uint32_t code, size_t len, size_t *rsp_len)
{
	*rsp_len = SCARD_CTL_MAX;
	return GUARDED(
		link, "SCardControl",
		scard_control(link->card, code, link->request, len, link->reply, rsp_len, &link->fault));
}

enum cs_err link_features(struct link *link)
{
	enum cs_err err;

	if (link->has_features)
		return CS_OK;
	link->features_len = sizeof(link->features);
	err = GUARDED(link, "SCardControl",
		      scard_control(link->card, scard_ctl_code(FEATURE_REQUEST), NULL, 0, link->features,
				    &link->features_len, &link->fault));
	link->has_features = err == CS_OK;
	return err;
}

enum cs_err link_attrib(struct link *link, uint32_t id, size_t *len)
{
	*len = SCARD_ATTR_MAX;
	return GUARDED(link, "SCardGetAttrib", scard_attrib(link->card, id, link->reply, len, &link->fault));
}

const char *link_protocol(const struct link *link)
{
	if (!link->card)
		return NULL;
	switch (scard_protocol(link->card)) {
	case SCARD_T0:
		return "T=0";
	case SCARD_T1:
		return "T=1";
	case SCARD_RAW:
		return "raw";
	default:
		return "direct";
	}
}
