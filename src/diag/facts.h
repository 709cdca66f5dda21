/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_DIAG_FACTS_H
#define CS_DIAG_FACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "core/err.h"
#include "diag/live.h"
#include "diag/pool.h"
#include "diag/root.h"
#include "diag/wire.h"

/*
 * Everything the checks may look at, collected once. A fact is what a file, a program or a socket said, never
 * a conclusion: those are the checks'. NULL, -1 and FACT_UNKNOWN stand for "can not be told from here" and
 * are not the same as "no"; a check that depends on such a fact says skip, or warns with what is known. All
 * memory is the pool's. Texts come from files and programs and are untrusted.
 */

enum fact { FACT_UNKNOWN, FACT_NO, FACT_YES };

#define FACT_NO_UID ((uid_t)-1)

/* The environment as the tool read it; libraries do not read it themselves. NULL: unset. */
struct facts_env {
	const char *csock_name;     /* PCSCLITE_CSOCK_NAME */
	const char *no_blocking;    /* PCSCLITE_NO_BLOCKING */
	const char *delegate;       /* LIBPCSCLITE_DELEGATE */
	const char *library_path;   /* LD_LIBRARY_PATH */
	const char *preload;        /* LD_PRELOAD */
	const char *ssh_connection; /* SSH_CONNECTION */
	const char *session_id;     /* XDG_SESSION_ID */
	const char *tmux;           /* TMUX or STY */
	const char *snap, *appimage, *flatpak_id;
	const char *path; /* PATH */
	const char *home;
};

/* The computer and where we are in it. */
struct facts_host {
	const char *os_id;     /* ID of os-release: "debian" */
	const char *os_like;   /* ID_LIKE */
	const char *os_name;   /* PRETTY_NAME */
	const char *kernel;    /* /proc/version */
	const char *init;      /* comm of process 1: "systemd", "init", "runit", ... */
	const char *container; /* "docker", "podman", "lxc", ...; NULL: none seen */
	const char *sandbox;   /* "flatpak", "snap", "appimage"; NULL: none seen */
	const char *vm;        /* sys_vendor of DMI */
	enum fact wsl;
	enum fact hidepid; /* /proc mounted with hidepid other than 0 */
	enum fact selinux_enforcing, apparmor;
};

/* Who asks. */
struct facts_user {
	uid_t uid, euid; /* FACT_NO_UID: unknown */
	const char *name;
	const char *groups;  /* names, separated by blanks */
	const char *cgroup;  /* path of /proc/self/cgroup */
	const char *unit;    /* "session-3.scope", "foo.service" taken from it; NULL: none */
	const char *session; /* number of the session this process belongs to; NULL: none */
	enum fact session_active, session_remote; /* of /run/systemd/sessions/N */
	const char *session_state, *session_class, *session_seat, *session_service, *session_user;
	const char *active_session; /* the one in front on seat0; NULL: none or unknown */
};

/* A path component or file as it is. */
struct facts_file {
	const char *path;
	enum fact exists;
	int error;     /* errno when FACT_UNKNOWN */
	unsigned mode; /* st_mode */
	uid_t uid;
	gid_t gid;
};

struct facts_socket {
	const char *path;   /* that the library will use */
	enum fact from_env; /* given by PCSCLITE_CSOCK_NAME */
	struct facts_file file, directory;
	const char *owner;    /* name of the owner of the file */
	enum fact listening;  /* a listening entry in /proc/net/unix */
	const char *pid_file; /* content of pcscd.pid; NULL: none */
	enum fact pid_alive;  /* that process exists */
	struct wire wire;     /* only with root.live, else @wire_known is false */
	bool wire_known;
};

/* One systemd unit. */
struct facts_unit {
	const char *name;                                                 /* "pcscd.socket" */
	const char *file;                                                 /* unit file found; NULL: none */
	const char *link;                                                 /* "/dev/null" for a masked one */
	const char *load_state, *active_state, *unit_file_state, *result; /* systemctl show; NULL: not told */
	enum fact need_reload;                                            /* NeedDaemonReload */
};

struct facts_daemon {
	const char *binary;               /* pcscd found in the usual places; NULL: none */
	struct pool_list binaries;        /* all of them */
	const char *version;              /* "1.9.9" of pcscd --version */
	const char *features;             /* the line of enabled features */
	const char *drop_dir;             /* usbdropdir of it, else the one that exists */
	const char *config;               /* where it reads reader.conf: told by its arguments or built in */
	pid_t pid;                        /* of the running daemon, 0 none, -1 unknown */
	const char *exe, *cmdline, *user; /* of that process */
	char state;                       /* R S D T Z of /proc/PID/stat; 0 unknown */
	enum fact own_namespace;          /* runs in our pid namespace */
	const char *args_file;            /* /etc/default/pcscd or /etc/sysconfig/pcscd */
	const char *args;                 /* PCSCD_ARGS in it */
	const char *env_filter;           /* PCSCLITE_FILTER_IGNORE_READER_NAMES in it */
	struct facts_unit socket_unit, service_unit;
	enum fact polkit;          /* the one that runs is built with it, and it is not disabled */
	enum fact polkit_disabled; /* --disable-polkit in its arguments */
};

struct facts_polkit {
	enum fact policy_file; /* org.debian.pcsc-lite.policy is installed */
	const char *policy_path;
	const char *version;          /* "122", "0.105"; NULL: not installed or unknown */
	enum fact bus_socket;         /* /run/dbus/system_bus_socket */
	const char *unit_state;       /* ActiveState of polkit.service */
	enum fact registered;         /* pkaction knows access_pcsc */
	enum fact may_pcsc, may_card; /* pkcheck for this process */
	enum fact asks_password;      /* for one of the two: it would let this process in, with a password */
	const char *pkcheck_said;
	struct pool_list rule_files; /* that mention pcsc-lite; empty when they can not be read */
	enum fact rules_readable;
	struct pool_list unguarded_rules; /* that decide without a look at action.id */
};

/* One USB interface that is, or could be, a smart card reader. */
struct facts_usb {
	const char *bus_path;              /* "1-4" */
	const char *interface;             /* "1-4:1.0" */
	unsigned vendor, product, release; /* idVendor idProduct bcdDevice */
	const char *manufacturer, *product_name, *serial;
	int device_class;    /* bDeviceClass */
	int interface_class; /* bInterfaceClass: 0x0B smart card; -1 unknown */
	int subclass, protocol;
	const char *kernel_driver; /* bound to the interface; NULL: none */
	unsigned bus, device;      /* of /dev/bus/usb */
	struct facts_file node;
	enum fact daemon_may_open; /* the daemon's user may read and write @node, by owner, group and mode */
	enum fact authorized;
	const char *power_control, *runtime_status, *persist;
	enum fact ignored;       /* PCSCLITE_IGNORE in the udev database */
	const char *ignore_rule; /* the rule file that sets it */
	bool known_vendor;       /* a driver bundle names its vendor and product */
};

/* One driver bundle. */
struct facts_bundle {
	const char *dir;                         /* "/usr/lib/pcsc/drivers/ifd-ccid.bundle" */
	const char *plist;                       /* file that was read */
	const char *problem;                     /* why it can not be used: a sentence; NULL: none */
	unsigned line;                           /* of @problem in the file, 0 none */
	bool doubtful;                           /* not well-formed XML: pcscd may read it differently */
	bool class_driver;                       /* CFBundleName CCIDCLASSDRIVER: others go before it */
	const char *library;                     /* the shared object */
	enum fact library_exists, library_loads; /* loads: same ELF class and machine as pcscd */
	const char *version;                     /* CFBundleShortVersionString or the driver's */
	unsigned long options;                   /* ifdDriverOptions */
	bool generate_hotplug;                   /* ifdCapabilities bit 0 */
	uint16_t *vendor, *product;              /* @n pairs */
	const char **friendly;
	size_t n;
};

/* One entry of reader.conf. */
struct facts_serial {
	const char *file;
	unsigned line;
	const char *friendly, *device, *library;
	struct facts_file device_file, library_file;
	enum fact daemon_may_open; /* the device, as in facts_usb */
	const char *problem;       /* what is wrong with its lines; NULL: nothing */
	unsigned problem_line;
	bool backup; /* the file is an editor's backup that pcscd reads, too */
};

/* Kernel modules and messages. */
struct facts_kernel {
	struct pool_list modules; /* loaded ones that take readers: pn533_usb, port100, nfcmrvl_usb, ... */
	enum fact any_usb;        /* /sys/bus/usb/devices has a device other than root hubs */
	enum fact udev;           /* /run/udev exists */
};

/* A copy of the library. */
struct facts_library {
	const char *path;
	const char *version; /* of its file name or contents, NULL unknown */
	const char *origin;  /* "cache", "LD_LIBRARY_PATH", "/usr/local/lib", ... */
};

/* A process connected to the daemon, or suspected to hold a reader. */
struct facts_client {
	pid_t pid; /* 0: can not be told without root */
	uid_t uid;
	const char *user, *comm, *exe, *cmdline;
	unsigned connections;
	bool by_socket;  /* seen connected to the socket; else only by its open files or mapped library */
	bool raw_usb;    /* has a reader's /dev/bus/usb node open itself */
	const char *usb; /* that node */
};

/* A process that is in trouble of its own, whatever the daemon's. */
struct facts_process {
	pid_t pid;
	uid_t uid;
	const char *comm;
};

/* One line of a log that means something; see log.h. */
struct facts_log {
	const char *line;
	const char *kase; /* "D28" */
};

struct facts {
	struct pool pool;
	struct root root;
	struct facts_env env;
	struct facts_host host;
	struct facts_user user;
	struct facts_socket socket;
	struct facts_daemon daemon;
	struct facts_polkit polkit;
	struct facts_kernel kernel;
	struct facts_usb *usb;
	size_t n_usb;
	struct facts_bundle *bundle;
	size_t n_bundle;
	enum fact drivers; /* the directory of driver bundles exists */
	struct facts_serial *serial;
	size_t n_serial;
	struct facts_library *library;
	size_t n_library;
	struct facts_client *client;
	size_t n_client;
	unsigned hidden_clients; /* connections whose process can not be told without root */
	enum fact clients_known;
	struct facts_process *left; /* have libpcsclite, are older than the daemon, and lost a connection */
	size_t n_left;
	struct facts_process *java; /* use Java's smart card classes, without libpcsclite */
	size_t n_java;
	struct facts_log *log; /* of the daemon's last lines in the journal */
	size_t n_log;
	enum fact log_known;
	struct pool_list log_tail; /* the last lines, whatever they mean, without exchanges with cards */
	const char *scdaemon_conf; /* content of ~/.gnupg/scdaemon.conf; NULL: none */
	bool live_known;
	struct live live;
	struct pool_list unreadable; /* what root would add: "name the process that holds the reader" */
	int64_t programs_end_ms;     /* facts_child_ms()'s; 0 before the first program */
};

/* What to collect beside files. */
struct facts_options {
	const char *dir; /* --root, NULL for "/" */
	struct facts_env env;
	const char *default_socket; /* of this build of libpcsclite: "/run/pcscd/pcscd.comm" */
	int wire_ms;                /* limit of the probe */
	int child_ms;               /* limit of each program asked; half as much again for all together */
	bool ask_children;          /* pkcheck, systemctl, journalctl, ...; never when @dir is not "/" */
};

/*
 * facts_collect - read it all; what can not be read is unknown, not an error
 * Return: CS_OK; CS_E_NOMEM; CS_E_NOT_FOUND @dir is no directory. Memory: release with facts_release().
 * The live part is the tool's to fill in.
 */
CS_NODISCARD enum cs_err facts_collect(struct facts *out, const struct facts_options *options);
void facts_release(struct facts *facts);

#endif
