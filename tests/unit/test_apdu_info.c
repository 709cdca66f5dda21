/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Meaning of commands: every table of apdu_ins.def, with what P1, P2 and the data field say. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/apdu_info.h"
#include "core/hex.h"

static const char *const figures[APDU_FIGURES] = {
	[APDU_P1] = "P1",           [APDU_P2] = "P2",
	[APDU_P1_P2] = "P1P2",      [APDU_OFFSET] = "offset",
	[APDU_SFI] = "sfi",         [APDU_FILE] = "file",
	[APDU_RECORD] = "record",   [APDU_RECORD_ID] = "record_id",
	[APDU_TAG] = "tag",         [APDU_REFERENCE] = "reference",
	[APDU_KEY] = "key",         [APDU_KEY_VERSION] = "version",
	[APDU_ALGORITHM] = "alg",   [APDU_CHANNEL] = "channel",
	[APDU_ENVIRONMENT] = "env", [APDU_LEVEL] = "level",
	[APDU_STATE] = "state",     [APDU_BLOCK] = "block",
	[APDU_COUNT] = "count",
};

/* notes: text, FIGURE=HEX or FIGURE=HEX:text, with | between; from: the domain whose table gave the meaning
 */
struct row {
	const char *hex;
	enum apdu_domain domain, from;
	const char *command, *notes;
};

#define ISO     APDU_ISO
#define GP      APDU_GP
#define PIV     APDU_PIV
#define OPENPGP APDU_OPENPGP
#define EMV     APDU_EMV
#define UICC    APDU_UICC
#define PCSC    APDU_PCSC

static const struct row rows[] = {
	{"00A4040005A000000308", ISO, ISO, "SELECT", "by DF name|first or only occurrence|return FCI"},
	{"00A40000023F00", ISO, ISO, "SELECT",
	 "by file identifier|file=3F00:MF|first or only occurrence|return FCI"},
	{"00A40000020102", ISO, ISO, "SELECT",
	 "by file identifier|file=102|first or only occurrence|return FCI"},
	{"00A4010C023F00", ISO, ISO, "SELECT",
	 "child DF by file identifier|file=3F00:MF|first or only occurrence|return nothing"},
	{"00A4020402", ISO, ISO, "SELECT",
	 "EF below the current DF by file identifier|first or only occurrence|return FCP"},
	{"00A4030C", ISO, ISO, "SELECT", "parent DF|first or only occurrence|return nothing"},
	{"00A408040451005031", ISO, ISO, "SELECT", "by path from the MF|first or only occurrence|return FCP"},
	{"00A4090D0451005031", ISO, ISO, "SELECT",
	 "by path from the current DF|last occurrence|return nothing"},
	{"00A4050A", ISO, ISO, "SELECT", "P1=5:reserved|next occurrence|return FMD"},
	{"00A404F3", ISO, ISO, "SELECT", "by DF name|previous occurrence|return FCI|P2=F3:reserved bits"},
	{"00B0001020", ISO, ISO, "READ BINARY", "offset=10"},
	{"00B07FFF20", ISO, ISO, "READ BINARY", "offset=7FFF"},
	{"00B0831020", ISO, ISO, "READ BINARY", "sfi=3|offset=10"},
	{"00B0A31020", ISO, ISO, "READ BINARY", "P1=A3:reserved bits|offset=10"},
	{"00B100000454020010", ISO, ISO, "READ BINARY", "current file|offset in data object 54"},
	{"00B100050454020010", ISO, ISO, "READ BINARY", "sfi=5|offset in data object 54"},
	{"00B12F010454020010", ISO, ISO, "READ BINARY", "file=2F01:EF.ATR|offset in data object 54"},
	{"00B2020C00", ISO, ISO, "READ RECORD", "sfi=1|record=2"},
	{"00B2020400", ISO, ISO, "READ RECORD", "current file|record=2"},
	{"00B2000400", ISO, ISO, "READ RECORD", "current file|current record"},
	{"00B2020D00", ISO, ISO, "READ RECORD", "sfi=1|record=2|all from it up to the last"},
	{"00B2020E00", ISO, ISO, "READ RECORD", "sfi=1|record=2|all from the last down to it"},
	{"00B2020F00", ISO, ISO, "READ RECORD", "sfi=1|record=2|P2=F:reserved bits"},
	{"00B2010000", ISO, ISO, "READ RECORD", "current file|record_id=1|first occurrence"},
	{"00B2010300", ISO, ISO, "READ RECORD", "current file|record_id=1|previous occurrence"},
	{"00B202FC00", ISO, ISO, "READ RECORD", "P2=FC:reserved file|record=2"},
	{"00D2020C0155", ISO, ISO, "WRITE RECORD", "sfi=1|record=2"},
	{"00D200010155", ISO, ISO, "WRITE RECORD", "current file|last record"},
	{"00DC020C0155", ISO, ISO, "UPDATE RECORD", "sfi=1|record=2"},
	{"00DC000C0155", ISO, ISO, "UPDATE RECORD", "sfi=1|current record"},
	{"00DC00070155", ISO, ISO, "UPDATE RECORD", "current file|P2=7:reserved bits"},
	{"00DD021E0155", ISO, ISO, "UPDATE RECORD", "sfi=3|record=2|logical OR"},
	{"00E20018", ISO, ISO, "APPEND RECORD", "sfi=3"},
	{"00E2011801AA", ISO, ISO, "APPEND RECORD", "P1=1:should be 00|sfi=3"},
	{"000C0205", ISO, ISO, "ERASE RECORD", "record=2|all from it up to the last|current file"},
	{"00A2010C0155", ISO, ISO, "SEARCH RECORD", "record=1|simple search forward|sfi=1"},
	{"00A201080155", ISO, ISO, "SEARCH RECORD", "record_id=1|forward from its first occurrence|sfi=1"},
	{"00A00010", ISO, ISO, "SEARCH BINARY", "offset=10"},
	{"000E0010", ISO, ISO, "ERASE BINARY", "offset=10"},
	{"00CA004F00", ISO, ISO, "GET DATA", "tag=4F:application identifier"},
	{"00CA5F5100", ISO, ISO, "GET DATA", "tag=5F51:answer to reset"},
	{"00CA010200", ISO, ISO, "GET DATA", "tag=102:the application's own"},
	{"00CA020500", ISO, ISO, "GET DATA", "tag=5:SIMPLE-TLV"},
	{"00CA000100", ISO, ISO, "GET DATA", "P1P2=1:reserved"},
	{"00CA030100", ISO, ISO, "GET DATA", "P1P2=301:reserved"},
	{"00CB3FFF045C025F5200", ISO, ISO, "GET DATA", "of the current DF|tag=5F52:historical bytes"},
	{"00CB2F00035C015A00", ISO, ISO, "GET DATA", "file=2F00:EF.DIR|tag=5A"},
	{"00CB3FFF055C035FC10200", ISO, ISO, "GET DATA", "of the current DF|tag=5FC102"},
	{"00CB3FFF055C045FC10200", ISO, ISO, "GET DATA", "of the current DF"},
	{"00DA01010155", ISO, ISO, "PUT DATA", "tag=101:the application's own"},
	{"00C0000010", ISO, ISO, "GET RESPONSE", ""},
	{"00C0010010", ISO, ISO, "GET RESPONSE", "P1P2=100"},
	{"0084000008", ISO, ISO, "GET CHALLENGE", ""},
	{"00840108", ISO, ISO, "GET CHALLENGE", "alg=1|P2=8:should be 00"},
	{"0088000002AABB", ISO, ISO, "INTERNAL AUTHENTICATE", ""},
	{"008811810155", ISO, ISO, "INTERNAL AUTHENTICATE", "alg=11|key=81:of the application"},
	{"008801010155", ISO, ISO, "INTERNAL AUTHENTICATE", "alg=1|key=1:global"},
	{"008800410155", ISO, ISO, "INTERNAL AUTHENTICATE", "key=41:reserved bits"},
	{"00828001", ISO, ISO, "EXTERNAL or MUTUAL AUTHENTICATE", "alg=80|key=1:global"},
	{"0087009A", ISO, ISO, "GENERAL AUTHENTICATE", "key=9A:of the application"},
	{"00200081", ISO, ISO, "VERIFY", "reference=81:of the application"},
	{"00200001", ISO, ISO, "VERIFY", "reference=1:global"},
	{"00200000", ISO, ISO, "VERIFY", "the reference that the card implies"},
	{"0020FF81", ISO, ISO, "VERIFY", "forget the verification|reference=81:of the application"},
	{"00200141", ISO, ISO, "VERIFY", "P1=1:reserved|reference=41:reserved bits"},
	{"00240081", ISO, ISO, "CHANGE REFERENCE DATA", "from old to new|reference=81:of the application"},
	{"00240101", ISO, ISO, "CHANGE REFERENCE DATA", "to new|reference=1:global"},
	{"00260181", ISO, ISO, "DISABLE VERIFICATION REQUIREMENT",
	 "without data|reference=81:of the application"},
	{"00280081", ISO, ISO, "ENABLE VERIFICATION REQUIREMENT",
	 "with verification data|reference=81:of the application"},
	{"002C0081", ISO, ISO, "RESET RETRY COUNTER",
	 "with resetting code and new reference data|reference=81:of the application"},
	{"002C0181", ISO, ISO, "RESET RETRY COUNTER", "with resetting code|reference=81:of the application"},
	{"002C0281", ISO, ISO, "RESET RETRY COUNTER",
	 "with new reference data|reference=81:of the application"},
	{"002C0381", ISO, ISO, "RESET RETRY COUNTER", "without data|reference=81:of the application"},
	{"002C0481", ISO, ISO, "RESET RETRY COUNTER", "P1=4:reserved|reference=81:of the application"},
	{"002241A4", ISO, ISO, "MANAGE SECURITY ENVIRONMENT",
	 "SET for computation, decipherment, internal authentication|tag=A4:authentication template"},
	{"002281B6", ISO, ISO, "MANAGE SECURITY ENVIRONMENT",
	 "SET for verification, encipherment, external authentication|tag=B6:digital signature template"},
	{"0022C1B8", ISO, ISO, "MANAGE SECURITY ENVIRONMENT",
	 "SET for all operations|tag=B8:confidentiality template"},
	{"0022F301", ISO, ISO, "MANAGE SECURITY ENVIRONMENT", "RESTORE|env=1"},
	{"0022F205", ISO, ISO, "MANAGE SECURITY ENVIRONMENT", "STORE|env=5"},
	{"00225101", ISO, ISO, "MANAGE SECURITY ENVIRONMENT", "P1=51:SET|tag=1"},
	{"00220501", ISO, ISO, "MANAGE SECURITY ENVIRONMENT", "P1=5:reserved|env=1"},
	{"002A9E9A0155", ISO, ISO, "PERFORM SECURITY OPERATION", "compute a digital signature"},
	{"002A8086", ISO, ISO, "PERFORM SECURITY OPERATION", "decipher, with padding indicator"},
	{"002A8680", ISO, ISO, "PERFORM SECURITY OPERATION", "encipher, with padding indicator"},
	{"002A90A0", ISO, ISO, "PERFORM SECURITY OPERATION", "hash, data in a template"},
	{"002A00AE", ISO, ISO, "PERFORM SECURITY OPERATION", "verify a certificate"},
	{"002A1234", ISO, ISO, "PERFORM SECURITY OPERATION", "P1P2=1234:unknown operation"},
	{"00478000", ISO, ISO, "GENERATE ASYMMETRIC KEY PAIR", "generate"},
	{"00468100", ISO, ISO, "GENERATE ASYMMETRIC KEY PAIR", "read the public key"},
	{"00470001", ISO, ISO, "GENERATE ASYMMETRIC KEY PAIR", "generate|key=1:global"},
	{"00700000", ISO, ISO, "MANAGE CHANNEL", "open, the card chooses the number"},
	{"00700003", ISO, ISO, "MANAGE CHANNEL", "open|channel=3"},
	{"00708001", ISO, ISO, "MANAGE CHANNEL", "close|channel=1"},
	{"00708000", ISO, ISO, "MANAGE CHANNEL", "close the channel it is sent on"},
	{"00701000", ISO, ISO, "MANAGE CHANNEL", "P1=10:reserved"},
	{"00C20000", ISO, ISO, "ENVELOPE", ""},
	{"00E000000155", ISO, ISO, "CREATE FILE", ""},
	{"00E400000251AA", ISO, ISO, "DELETE FILE", "by file identifier|file=51AA"},
	{"00440000025015", ISO, ISO, "ACTIVATE FILE", "by file identifier|file=5015"},
	{"00040000025015", ISO, ISO, "DEACTIVATE FILE", "by file identifier|file=5015"},
	{"00E60000", ISO, ISO, "TERMINATE DF", "by file identifier"},
	{"00E80000", ISO, ISO, "TERMINATE EF", "by file identifier"},
	{"00FE0000", ISO, ISO, "TERMINATE CARD USAGE", ""},
	{"00100080", ISO, ISO, "PERFORM SCQL OPERATION", "P1P2=80"},
	{"00010000", ISO, ISO, NULL, ""},
	{"80500000080102030405060708", ISO, GP, "INITIALIZE UPDATE", "first available key version"},
	{"80503001", GP, GP, "INITIALIZE UPDATE", "version=30|key=1"},
	{"84820100", GP, GP, "EXTERNAL AUTHENTICATE", "level=1:C-MAC"},
	{"84823300", GP, GP, "EXTERNAL AUTHENTICATE", "level=33:C-MAC, C-DECRYPTION, R-MAC, R-ENCRYPTION"},
	{"84820500", GP, GP, "EXTERNAL AUTHENTICATE", "level=5:reserved"},
	{"80F2800200", GP, GP, "GET STATUS", "issuer security domain|first or all"},
	{"80F24002024F00", GP, GP, "GET STATUS", "applications and security domains|first or all"},
	{"80F21003024F00", GP, GP, "GET STATUS", "load files and their modules|next"},
	{"80F24000024F00", GP, GP, "GET STATUS", "applications and security domains|first or all|old format"},
	{"80F20000", ISO, UICC, "STATUS", "no indication|return FCP"},
	{"80F2010C", UICC, UICC, "STATUS", "the terminal has started the application|return nothing"},
	{"80F20C00", ISO, GP, "GET STATUS", "P1=C:reserved|first or all|old format"},
	{"80F0800F", GP, GP, "SET STATUS", "issuer security domain|state=F:SECURED"},
	{"80F0807F", GP, GP, "SET STATUS", "issuer security domain|state=7F:CARD_LOCKED"},
	{"80F04007", GP, GP, "SET STATUS", "application or security domain|state=7:SELECTABLE"},
	{"80F06080", GP, GP, "SET STATUS", "security domain and its applications|state=80:LOCKED"},
	{"80F04083", GP, GP, "SET STATUS", "application or security domain|state=83:LOCKED"},
	{"80E60200", GP, GP, "INSTALL", "for load"},
	{"80E60C00", GP, GP, "INSTALL", "for install and make selectable"},
	{"80E68400", GP, GP, "INSTALL", "for install|more commands follow"},
	{"80E64000", GP, GP, "INSTALL", "for registry update"},
	{"80E60E01", GP, GP, "INSTALL", "for load, install and make selectable|first of a combined process"},
	{"80E60F03", GP, GP, "INSTALL", "P1=F:reserved|last of a combined process"},
	{"80E80000", GP, GP, "LOAD", "block=0|more blocks follow"},
	{"80E88005", GP, GP, "LOAD", "block=5|last block"},
	{"80E400000401020304", GP, GP, "DELETE", "the object"},
	{"80E4008004010203", GP, GP, "DELETE", "the object and what belongs to it"},
	{"80D80081", GP, GP, "PUT KEY", "new key version|key=1|several keys"},
	{"80D80101", GP, GP, "PUT KEY", "version=1:replaced|key=1"},
	{"80D88181", GP, GP, "PUT KEY", "version=1:replaced|key=1|several keys|more commands follow"},
	{"80E28805", GP, GP, "STORE DATA", "block=5|last block|DGI format"},
	{"80E26001", GP, GP, "STORE DATA", "block=1|more blocks follow|encrypted"},
	{"80E21002", GP, GP, "STORE DATA", "block=2|more blocks follow|BER-TLV format"},
	{"80CA9F7F00", GP, GP, "GET DATA", "tag=9F7F:card production life cycle"},
	{"80CA006600", GP, GP, "GET DATA", "tag=66:card data"},
	{"80CA00E000", GP, GP, "GET DATA", "tag=E0:key information template"},
	{"00CA004200", GP, GP, "GET DATA", "tag=42:issuer identification number"},
	{"80CA9F1700", ISO, GP, "GET DATA", "tag=9F17:PIN try counter"},
	{"80CA123400", GP, GP, "GET DATA", "tag=1234"},
	{"807A0001", GP, GP, "BEGIN R-MAC SESSION", "P1P2=1"},
	{"00A40402", GP, ISO, "SELECT", "by DF name|next occurrence|return FCI"},
	{"00200080", PIV, PIV, "VERIFY", "reference=80:PIV PIN"},
	{"00200000", PIV, PIV, "VERIFY", "reference=0:global PIN"},
	{"00200096", PIV, PIV, "VERIFY", "reference=96:fingerprint, primary finger"},
	{"0020FF80", PIV, PIV, "VERIFY", "forget the verification|reference=80:PIV PIN"},
	{"00200055", PIV, PIV, "VERIFY", "reference=55:unknown"},
	{"00240080", PIV, PIV, "CHANGE REFERENCE DATA", "reference=80:PIV PIN"},
	{"00240081", PIV, PIV, "CHANGE REFERENCE DATA", "reference=81:PUK"},
	{"002C0080", PIV, PIV, "RESET RETRY COUNTER", "reference=80:PIV PIN"},
	{"0087119A0155", PIV, PIV, "GENERAL AUTHENTICATE", "alg=11:ECC P-256|key=9A:PIV authentication"},
	{"0087079C0155", PIV, PIV, "GENERAL AUTHENTICATE", "alg=7:RSA 2048|key=9C:digital signature"},
	{"0087149D", PIV, PIV, "GENERAL AUTHENTICATE", "alg=14:ECC P-384|key=9D:key management"},
	{"0087039B", PIV, PIV, "GENERAL AUTHENTICATE", "alg=3:3DES|key=9B:card management"},
	{"00870A9B", PIV, PIV, "GENERAL AUTHENTICATE", "alg=A:AES-192|key=9B:card management"},
	{"00879985", PIV, PIV, "GENERAL AUTHENTICATE", "alg=99:unknown|key=85:retired key management"},
	{"00871195", PIV, PIV, "GENERAL AUTHENTICATE", "alg=11:ECC P-256|key=95:retired key management"},
	{"00871196", PIV, PIV, "GENERAL AUTHENTICATE", "alg=11:ECC P-256|key=96:unknown"},
	{"00CB3FFF055C035FC10200", PIV, PIV, "GET DATA", "tag=5FC102:card holder unique identifier"},
	{"00CB3FFF055C035FC10F00", PIV, PIV, "GET DATA", "tag=5FC10F:certificate of a retired key"},
	{"00CB3FFF035C017E00", PIV, PIV, "GET DATA", "tag=7E:discovery object"},
	{"00CB3FFF045C027F6100", PIV, PIV, "GET DATA", "tag=7F61:biometric information templates"},
	{"00CB0000035C017E00", PIV, PIV, "GET DATA", "P1P2=0:should be 3FFF|tag=7E:discovery object"},
	{"00DB3FFF075C035FC1055300", PIV, PIV, "PUT DATA",
	 "tag=5FC105:certificate for PIV authentication, 9A"},
	{"10DB3FFF075C035FC1055300", PIV, PIV, "PUT DATA",
	 "tag=5FC105:certificate for PIV authentication, 9A"},
	{"0047009A05AC03800111", PIV, PIV, "GENERATE ASYMMETRIC KEY PAIR", "key=9A:PIV authentication"},
	{"00F70080", PIV, PIV, "GET METADATA", "key=80:PIV PIN"},
	{"00F80000", PIV, PIV, "GET SERIAL", ""},
	{"00F99A00", PIV, PIV, "ATTEST", "key=9A:PIV authentication"},
	{"00FA0305", PIV, PIV, "SET PIN RETRIES", "count=3:tries of the PIN|count=5:tries of the PUK"},
	{"00FB0000", PIV, PIV, "RESET", ""},
	{"00FD0000", PIV, PIV, "GET VERSION", ""},
	{"00FE079A", PIV, PIV, "IMPORT ASYMMETRIC KEY", "alg=7:RSA 2048|key=9A:PIV authentication"},
	{"00FFFFFF", PIV, PIV, "SET MANAGEMENT KEY", ""},
	{"00FFFFFE", PIV, PIV, "SET MANAGEMENT KEY", "touch required"},
	{"00F69A82", PIV, PIV, "MOVE KEY", "key=9A:target|key=82:source"},
	{"00F6FF9A", PIV, PIV, "MOVE KEY", "delete|key=9A:source"},
	{"00A40400", PIV, ISO, "SELECT", "by DF name|first or only occurrence|return FCI"},
	{"00840000", PIV, ISO, "GET CHALLENGE", ""},
	{"00200081", OPENPGP, OPENPGP, "VERIFY", "reference=81:PW1 for signing"},
	{"00200082", OPENPGP, OPENPGP, "VERIFY", "reference=82:PW1 for all else"},
	{"00200083", OPENPGP, OPENPGP, "VERIFY", "reference=83:PW3, the administrator's"},
	{"00240083", OPENPGP, OPENPGP, "CHANGE REFERENCE DATA",
	 "from old to new|reference=83:PW3, the administrator's"},
	{"002C0081", OPENPGP, OPENPGP, "RESET RETRY COUNTER",
	 "with resetting code and new PW1|reference=81:PW1 for signing"},
	{"002C0281", OPENPGP, OPENPGP, "RESET RETRY COUNTER",
	 "with new PW1, after PW3|reference=81:PW1 for signing"},
	{"002A9E9A", OPENPGP, ISO, "PERFORM SECURITY OPERATION", "compute a digital signature"},
	{"002A8086", OPENPGP, ISO, "PERFORM SECURITY OPERATION", "decipher, with padding indicator"},
	{"00880000", OPENPGP, ISO, "INTERNAL AUTHENTICATE", ""},
	{"0047800002B60000", OPENPGP, OPENPGP, "GENERATE ASYMMETRIC KEY PAIR",
	 "generate|tag=B6:signature key"},
	{"0047810002A40000", OPENPGP, OPENPGP, "GENERATE ASYMMETRIC KEY PAIR",
	 "read the public key|tag=A4:authentication key"},
	{"00CA006E00", OPENPGP, OPENPGP, "GET DATA", "tag=6E:application related data"},
	{"00CA00C400", OPENPGP, OPENPGP, "GET DATA", "tag=C4:password status"},
	{"00CA5F5000", OPENPGP, OPENPGP, "GET DATA", "tag=5F50:URL of the public key"},
	{"00CA010100", OPENPGP, OPENPGP, "GET DATA", "tag=101:private use"},
	{"00CA7F2100", OPENPGP, OPENPGP, "GET DATA", "tag=7F21:cardholder certificate"},
	{"00CC7F2100", OPENPGP, OPENPGP, "GET NEXT DATA", "tag=7F21:cardholder certificate"},
	{"00DA005E0155", OPENPGP, OPENPGP, "PUT DATA", "tag=5E:login data"},
	{"00DA00D30155", OPENPGP, OPENPGP, "PUT DATA", "tag=D3:resetting code"},
	{"00DB3FFF024D00", OPENPGP, OPENPGP, "PUT DATA (key import)", ""},
	{"00E60000", OPENPGP, OPENPGP, "TERMINATE DF", ""},
	{"00440000", OPENPGP, OPENPGP, "ACTIVATE FILE", ""},
	{"002241A4", OPENPGP, OPENPGP, "MANAGE SECURITY ENVIRONMENT",
	 "SET for computation, decipherment, internal authentication|tag=A4:authentication key"},
	{"00A50204", OPENPGP, OPENPGP, "SELECT DATA", "count=2:occurrences skipped"},
	{"80A8000002830000", EMV, EMV, "GET PROCESSING OPTIONS", ""},
	{"80AE80000155", ISO, EMV, "GENERATE AC", "ARQC (go online)"},
	{"80AE5000", EMV, EMV, "GENERATE AC", "TC (approve offline)|with CDA signature"},
	{"80AE0000", EMV, EMV, "GENERATE AC", "AAC (decline)"},
	{"80AEC000", EMV, EMV, "GENERATE AC", "P1=C0:reserved"},
	{"00B2010C00", EMV, ISO, "READ RECORD", "sfi=1|record=1"},
	{"80CA9F3600", EMV, EMV, "GET DATA", "tag=9F36:application transaction counter"},
	{"80CA9F1300", EMV, EMV, "GET DATA", "tag=9F13:last online ATC register"},
	{"80CA9F4F00", EMV, EMV, "GET DATA", "tag=9F4F:log format"},
	{"00200080", EMV, EMV, "VERIFY", "reference=80:plaintext PIN"},
	{"00200088", EMV, EMV, "VERIFY", "reference=88:enciphered PIN"},
	{"00200001", EMV, EMV, "VERIFY", "reference=1:reserved"},
	{"00880000", EMV, EMV, "INTERNAL AUTHENTICATE", ""},
	{"00820000", EMV, EMV, "EXTERNAL AUTHENTICATE", ""},
	{"84240002", EMV, EMV, "PIN CHANGE/UNBLOCK", "change the PIN, enciphered"},
	{"841E0000", EMV, EMV, "APPLICATION BLOCK", ""},
	{"84180000", EMV, EMV, "APPLICATION UNBLOCK", ""},
	{"84160000", EMV, EMV, "CARD BLOCK", ""},
	{"802A8E80", EMV, EMV, "COMPUTE CRYPTOGRAPHIC CHECKSUM", "compute a cryptographic checksum"},
	{"80EA0000", EMV, EMV, "EXCHANGE RELAY RESISTANCE DATA", ""},
	{"00A40004027FFF", UICC, UICC, "SELECT",
	 "by file identifier|file=7FFF:ADF of the current application|first or only occurrence|return FCP"},
	{"00A40004022FE2", UICC, UICC, "SELECT",
	 "by file identifier|file=2FE2:EF-ICCID|first or only occurrence|return FCP"},
	{"00A4040C", UICC, UICC, "SELECT", "by DF name|first or only occurrence|return nothing"},
	{"00A40444", UICC, UICC, "SELECT",
	 "by DF name|first or only occurrence|return FCP|end the session of the application"},
	{"00A40064", UICC, UICC, "SELECT",
	 "by file identifier|first or only occurrence|return FCP|P2=64:reserved session control"},
	{"00B2010C", UICC, UICC, "READ RECORD", "sfi=1|record=1"},
	{"00B20002", UICC, UICC, "READ RECORD", "current file|next record"},
	{"00DC0104", UICC, UICC, "UPDATE RECORD", "current file|record=1"},
	{"00200001", UICC, UICC, "VERIFY PIN", "reference=1:PIN of application 1"},
	{"00200081", UICC, UICC, "VERIFY PIN", "reference=81:second PIN of application 1"},
	{"0020000A", UICC, UICC, "VERIFY PIN",
	 "reference=A:PIN of an application, or ADM1 to ADM5 (0A to 0E)"},
	{"00200011", UICC, UICC, "VERIFY PIN", "reference=11:universal PIN"},
	{"002C0001", UICC, UICC, "UNBLOCK PIN", "reference=1:PIN of application 1"},
	{"00880081", UICC, UICC, "AUTHENTICATE", "3G context"},
	{"00880080", UICC, UICC, "AUTHENTICATE", "GSM context"},
	{"00880004", UICC, UICC, "AUTHENTICATE", "GBA context|global key"},
	{"80100000", ISO, UICC, "TERMINAL PROFILE", ""},
	{"80120000", UICC, UICC, "FETCH", ""},
	{"80140000", UICC, UICC, "TERMINAL RESPONSE", ""},
	{"80C20000", UICC, UICC, "ENVELOPE", ""},
	{"80760000", UICC, UICC, "SUSPEND UICC", "suspend"},
	{"80760100", UICC, UICC, "SUSPEND UICC", "resume"},
	{"80320010", UICC, UICC, "INCREASE", "sfi=2"},
	{"80AA0000", UICC, UICC, "TERMINAL CAPABILITY", ""},
	{"80CB0008", UICC, UICC, "RETRIEVE DATA", "sfi=1"},
	{"00730000", UICC, UICC, "MANAGE SECURE CHANNEL", ""},
	{"A0A40000023F00", ISO, UICC, "SELECT", "file=3F00:MF"},
	{"A0A40000026F07", ISO, UICC, "SELECT", "file=6F07:EF-IMSI"},
	{"A0A40000027F20", PIV, UICC, "SELECT", "file=7F20:DF-GSM"},
	{"A0F20000", ISO, UICC, "STATUS", ""},
	{"A0B0000009", ISO, UICC, "READ BINARY", "offset=0"},
	{"A0B20104", ISO, UICC, "READ RECORD", "record=1"},
	{"A0B20002", ISO, UICC, "READ RECORD", "next record"},
	{"A0DC0104", ISO, UICC, "UPDATE RECORD", "record=1"},
	{"A0A20010", ISO, UICC, "SEEK", "forward from the begin|return the record number"},
	{"A0200001", ISO, UICC, "VERIFY CHV", "reference=1:CHV1"},
	{"A0200002", ISO, UICC, "VERIFY CHV", "reference=2:CHV2"},
	{"A0240001", ISO, UICC, "CHANGE CHV", "reference=1:CHV1"},
	{"A0260001", ISO, UICC, "DISABLE CHV", "reference=1:CHV1"},
	{"A0280001", ISO, UICC, "ENABLE CHV", "reference=1:CHV1"},
	{"A02C0000", ISO, UICC, "UNBLOCK CHV", "reference=0:CHV1"},
	{"A02C0002", ISO, UICC, "UNBLOCK CHV", "reference=2:CHV2"},
	{"A0880000", ISO, UICC, "RUN GSM ALGORITHM", ""},
	{"A0100000", ISO, UICC, "TERMINAL PROFILE", ""},
	{"A0120000", ISO, UICC, "FETCH", ""},
	{"A0140000", ISO, UICC, "TERMINAL RESPONSE", ""},
	{"A0C20000", ISO, UICC, "ENVELOPE", ""},
	{"A0C00000", ISO, UICC, "GET RESPONSE", ""},
	{"A0040000", ISO, UICC, "INVALIDATE", ""},
	{"A0440000", ISO, UICC, "REHABILITATE", ""},
	{"A0320000", ISO, UICC, "INCREASE", ""},
	{"A0FA0000", ISO, UICC, "SLEEP", ""},
	{"A0010000", ISO, ISO, NULL, ""},
	{"FFCA000000", ISO, PCSC, "GET DATA", "UID"},
	{"FFCA010000", PIV, PCSC, "GET DATA", "historical bytes of the ATS"},
	{"FFCA0200", PCSC, PCSC, "GET DATA", "P1=2:the reader's own"},
	{"FF82000006FFFFFFFFFFFF", ISO, PCSC, "LOAD KEYS", "card key|in plain|volatile memory|key=0"},
	{"FF82200106FFFFFFFFFFFF", ISO, PCSC, "LOAD KEYS", "card key|in plain|non-volatile memory|key=1"},
	{"FF82C102", ISO, PCSC, "LOAD KEYS",
	 "reader key|key=1:the one that enciphers it|volatile memory|key=2"},
	{"FF860000050100046000", ISO, PCSC, "GENERAL AUTHENTICATE", "block=4|as key A|key=0"},
	{"FF860000050100046101", ISO, PCSC, "GENERAL AUTHENTICATE", "block=4|as key B|key=1"},
	{"FF860000050100047101", ISO, PCSC, "GENERAL AUTHENTICATE", "block=4|key=1"},
	{"FF880004", ISO, PCSC, "AUTHENTICATE", "block=4"},
	{"FFB0000410", ISO, PCSC, "READ BINARY", "block=4"},
	{"FFD600041000", ISO, PCSC, "UPDATE BINARY", "block=4"},
	{"FF200001", ISO, PCSC, "VERIFY", "key=1:global"},
	{"FFC20001", ISO, PCSC, "MANAGE SESSION", "transparent exchange"},
	{"FFC20000", ISO, PCSC, "MANAGE SESSION", "manage the session"},
	{"FF000000", ISO, ISO, NULL, ""},
	{"90600000", ISO, ISO, NULL, ""},
	{"20A40400", ISO, ISO, NULL, ""},
	{"00F80000", ISO, ISO, NULL, ""},
	{"00DB3FFF065C035FC102AA", ISO, ISO, "PUT DATA", "of the current DF"},
};

static size_t unhex(uint8_t *out, size_t cap, const char *hex)
{
	size_t len, bad;

	assert_int_equal(hex_parse(out, cap, &len, hex, strlen(hex), &bad), CS_OK);
	return len;
}

static void render(char *out, size_t size, const struct apdu_info *info)
{
	size_t n = 0;

	*out = '\0';
	for (size_t i = 0; i < info->n_notes; i++) {
		const struct apdu_note *note = &info->notes[i];
		const char *gap = i ? "|" : "";

		if (note->figure == APDU_NO_FIGURE)
			n += (size_t)snprintf(out + n, size - n, "%s%s", gap, note->text);
		else
			n += (size_t)snprintf(out + n, size - n, "%s%s=%lX%s%s", gap, figures[note->figure],
					      (unsigned long)note->value, note->text ? ":" : "",
					      note->text ? note->text : "");
		assert_true(n < size);
	}
}

static void test_row(void **state)
{
	const struct row *row = *state;
	uint8_t raw[128];
	size_t len = unhex(raw, sizeof(raw), row->hex);
	struct apdu_info info = apdu_info_get(raw, len, row->domain);
	char notes[512];

	render(notes, sizeof(notes), &info);
	if (row->command)
		assert_string_equal(info.command, row->command);
	else
		assert_null(info.command);
	assert_string_equal(notes, row->notes);
	assert_int_equal(info.domain, row->from);
	assert_int_equal(info.source != NULL, row->command != NULL);
}

struct class_row {
	const char *name, *hex;
	int channel;
	bool chained, secure_messaging;
};

static const struct class_row classes[] = {
	{"class 00", "00A40000", 0, false, false},
	{"class 03", "03A40000", 3, false, false},
	{"class 10", "10A40000", 0, true, false},
	{"class 04", "04A40000", 0, false, true},
	{"class 0C", "0CA40000", 0, false, true},
	{"class 40", "40A40000", 4, false, false},
	{"class 4F", "4FA40000", 19, false, false},
	{"class 62", "62A40000", 6, false, true},
	{"class 50", "50A40000", 4, true, false},
	{"class 20 is reserved", "20A40000", -1, false, false},
	{"class 81 of GlobalPlatform", "81500000", 1, false, false},
	{"class 84 of GlobalPlatform", "84500000", 0, false, true},
	{"class C1 of GlobalPlatform", "C1500000", 5, false, false},
	{"class E0 of GlobalPlatform", "E0500000", 4, false, true},
	{"class 80 of nobody", "80010000", -1, false, false},
	{"class 90", "90600000", -1, false, false},
	{"class A0", "A0A40000", -1, false, false},
	{"class FF", "FFCA0000", -1, false, false},
};

static void test_class(void **state)
{
	const struct class_row *row = *state;
	uint8_t raw[8];
	size_t len = unhex(raw, sizeof(raw), row->hex);
	struct apdu_info info = apdu_info_get(raw, len, APDU_ISO);

	assert_int_equal(info.channel, row->channel);
	assert_int_equal(info.chained, row->chained);
	assert_int_equal(info.secure_messaging, row->secure_messaging);
}

struct place_row {
	const char *name, *hex;
	size_t aid_from, aid_len, path_from, path_len;
};

static const struct place_row places[] = {
	{"AID", "00A4040005A000000308", 5, 5, 0, 0},
	{"AID with Le", "00A4040005A00000030800", 5, 5, 0, 0},
	{"AID, extended", "00A40400000005A0000003080000", 7, 5, 0, 0},
	{"AID in a proprietary class", "80A4040005A000000308", 5, 5, 0, 0},
	{"secure messaging hides it", "0CA4040005A000000308", 0, 0, 0, 0},
	{"no AID", "00A4040000", 0, 0, 0, 0},
	{"no data", "00A40400", 0, 0, 0, 0},
	{"AID of 17 bytes", "00A40400110102030405060708090A0B0C0D0E0F1011", 0, 0, 0, 0},
	{"malformed", "00A4040006A000000308", 0, 0, 0, 0},
	{"path from the MF", "00A408000451005031", 0, 0, 5, 4},
	{"path from the current DF", "00A409000451005031", 0, 0, 5, 4},
	{"path of odd length", "00A4080003510050", 0, 0, 0, 0},
	{"file identifier", "00A40000023F00", 0, 0, 0, 0},
	{"class A0 knows no DF name", "A0A4000005A000000308", 0, 0, 0, 0},
};

static void test_place(void **state)
{
	const struct place_row *row = *state;
	uint8_t raw[64];
	size_t len = unhex(raw, sizeof(raw), row->hex);
	struct apdu_info info = apdu_info_get(raw, len, APDU_ISO);

	assert_int_equal(info.aid_from, row->aid_from);
	assert_int_equal(info.aid_len, row->aid_len);
	assert_int_equal(info.path_from, row->path_from);
	assert_int_equal(info.path_len, row->path_len);
}

struct domain_row {
	const char *name, *aid;
	enum apdu_domain domain;
};

static const struct domain_row domains[] = {
	{"PIV", "A000000308000010000100", APDU_PIV},
	{"PIV, five bytes", "A000000308", APDU_PIV},
	{"four bytes name nobody", "A0000003", APDU_ISO},
	{"OpenPGP", "D27600012401", APDU_OPENPGP},
	{"OpenPGP, whole", "D2760001240103040006123456780000", APDU_OPENPGP},
	{"the provider of OpenPGP alone", "D276000124", APDU_ISO},
	{"NDEF", "D2760000850101", APDU_ISO},
	{"GlobalPlatform", "A000000151000000", APDU_GP},
	{"GlobalPlatform under Visa's RID", "A000000003000000", APDU_GP},
	{"Visa", "A0000000031010", APDU_EMV},
	{"Mastercard", "A0000000041010", APDU_EMV},
	{"payment directory", "325041592E5359532E4444463031", APDU_EMV},
	{"USIM", "A0000000871002", APDU_UICC},
	{"unknown", "F000000001", APDU_ISO},
};

static void test_domain(void **state)
{
	const struct domain_row *row = *state;
	uint8_t aid[16];

	assert_int_equal(apdu_domain_of(aid, unhex(aid, sizeof(aid), row->aid)), row->domain);
}

/* Every header in every domain: what comes out is well-formed. */
static void test_every_header(void **state)
{
	static const uint8_t values[] = {0x00, 0x01, 0x02, 0x04, 0x05, 0x20,
					 0x3F, 0x40, 0x7F, 0x80, 0x9A, 0xFF};
	uint8_t raw[APDU_HEADER];

	(void)state;
	for (unsigned i = 0; i < 256 * 256 * 3; i++) {
		struct apdu_info info;

		raw[0] = (uint8_t)(i >> 8);
		raw[1] = (uint8_t)i;
		raw[2] = values[i * 7 % sizeof(values)];
		raw[3] = values[i * 11 / 5 % sizeof(values)];
		info = apdu_info_get(raw, sizeof(raw), (enum apdu_domain)(i % (APDU_PCSC + 1)));
		assert_true(info.n_notes <= APDU_NOTES_MAX);
		assert_true(info.command || info.n_notes == 0);
		for (size_t k = 0; k < info.n_notes; k++)
			assert_true(info.notes[k].text || info.notes[k].figure != APDU_NO_FIGURE);
	}
}

static void test_short_input(void **state)
{
	static const uint8_t raw[] = {0x00, 0xA4, 0x04};
	struct apdu_info info = apdu_info_get(raw, sizeof(raw), APDU_ISO);

	(void)state;
	assert_null(info.command);
	assert_int_equal(info.problem.fault, APDU_SHORT);
	assert_int_equal(info.channel, -1);
}

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define NFIXED       2
#define NROWS        (COUNT(rows) + COUNT(classes) + COUNT(places) + COUNT(domains))
#define ADD(rows, member, test)                                                                              \
	for (size_t i = 0; i < COUNT(rows); i++)                                                             \
		tests[n++] = (struct CMUnitTest)                                                             \
		{                                                                                            \
			rows[i].member, test, NULL, NULL, (void *)(uintptr_t)&rows[i]                        \
		}

int main(void)
{
	struct CMUnitTest tests[NFIXED + NROWS] = {
		cmocka_unit_test(test_every_header),
		cmocka_unit_test(test_short_input),
	};
	size_t n = NFIXED;

	ADD(rows, hex, test_row);
	ADD(classes, name, test_class);
	ADD(places, name, test_place);
	ADD(domains, name, test_domain);
	return _cmocka_run_group_tests("apdu_info", tests, n, NULL, NULL);
}
