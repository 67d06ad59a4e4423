package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// enterVariable makes this test binary go into the root that it names, and
// become there what its arguments say.
const enterVariable = "SPLITRANK_ENTER"

// uid of the image's user.
const uid = 65532

func TestMain(m *testing.M) {
	if root := os.Getenv(enterVariable); root != "" {
		fmt.Fprintln(os.Stderr, "entering:", enter(root, os.Args[1:]))
		os.Exit(125)
	}
	os.Exit(m.Run())
}

// inside is a command in a root, as the image's user. The root is mounted to be
// read only where this machine allows that: root may, and whoever may make a
// namespace of users. In a container without that right root enters without
// mounting, and nothing there is the user's to write. It skips the test where
// none of that is allowed.
func inside(t *testing.T, root string, env []string, args ...string) *exec.Cmd {
	t.Helper()
	var said []byte
	for _, w := range waysIn() {
		var err error
		if said, err = w.command(root, env, "/usr/local/bin/splitrank", "version").CombinedOutput(); err == nil {
			return w.command(root, env, args...)
		}
	}
	if !bytes.Contains(said, []byte("not permitted")) && len(said) > 0 {
		t.Fatalf("splitrank version: %s", said)
	}
	t.Skipf("this machine lets nobody enter another root: %s", bytes.TrimSpace(said))
	return nil
}

// mountVariable says whether to mount.
const mountVariable = "SPLITRANK_ENTER_MOUNT"

type way struct {
	mount      string
	attributes *syscall.SysProcAttr
}

func waysIn() []way {
	if os.Geteuid() == 0 {
		return []way{{"yes", &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNS}}, {"no", &syscall.SysProcAttr{}}}
	}
	return []way{{"yes", &syscall.SysProcAttr{
		Cloneflags:  syscall.CLONE_NEWUSER | syscall.CLONE_NEWNS,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: uid, HostID: os.Getuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: uid, HostID: os.Getgid(), Size: 1}},
		AmbientCaps: []uintptr{unix.CAP_SYS_ADMIN, unix.CAP_SYS_CHROOT}, // until the program begins
	}}}
}

func (w way) command(root string, env []string, args ...string) *exec.Cmd {
	cmd := exec.Command(os.Args[0], args...)
	cmd.Env = append([]string{enterVariable + "=" + root, mountVariable + "=" + w.mount}, env...)
	cmd.SysProcAttr = w.attributes
	return cmd
}

// enter does not return unless it fails.
func enter(root string, args []string) error {
	runtime.LockOSThread()
	if os.Getenv(mountVariable) == "yes" {
		if err := mountReadOnly(root); err != nil {
			return err
		}
	}
	if err := errors.Join(syscall.Chroot(root), os.Chdir("/")); err != nil {
		return err
	}
	if os.Geteuid() == 0 {
		if err := errors.Join(syscall.Setgroups(nil), syscall.Setgid(uid), syscall.Setuid(uid)); err != nil {
			return err
		}
	}
	if err := unix.Prctl(unix.PR_CAP_AMBIENT, unix.PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0); err != nil {
		return err
	}
	var env []string
	for _, e := range os.Environ() {
		if len(e) < len(enterVariable) || e[:len(enterVariable)] != enterVariable {
			env = append(env, e)
		}
	}
	return syscall.Exec(args[0], args, env)
}

// mountReadOnly keeps the flags of the file system below: who is root only in a
// namespace may not take them away.
func mountReadOnly(root string) error {
	var below syscall.Statfs_t
	if err := syscall.Statfs(root, &below); err != nil {
		return err
	}
	const kept = syscall.MS_NOSUID | syscall.MS_NODEV | syscall.MS_NOEXEC | syscall.MS_NOATIME | syscall.MS_NODIRATIME
	if err := syscall.Mount("", "/", "", syscall.MS_PRIVATE|syscall.MS_REC, ""); err != nil {
		return fmt.Errorf("parting mounts: %w", err)
	}
	if err := syscall.Mount(root, root, "", syscall.MS_BIND, ""); err != nil {
		return fmt.Errorf("mounting: %w", err)
	}
	flags := uintptr(below.Flags)&kept | syscall.MS_BIND | syscall.MS_REMOUNT | syscall.MS_RDONLY
	if err := syscall.Mount("", root, "", flags, ""); err != nil {
		return fmt.Errorf("mounting to be read only: %w", err)
	}
	return nil
}
