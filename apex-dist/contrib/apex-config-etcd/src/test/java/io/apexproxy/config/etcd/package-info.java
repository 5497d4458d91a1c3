/**
 * Tests against a real etcd, which {@code EtcdServer} starts on loopback; they are skipped if etcd is not installed.
 * {@code FaultyProxy} simulates network failures. {@code Certificates} creates an authority and certificates.
 * {@code RecordingObserver} records the calls of an observer. Documents and settings are tested without etcd.
 */
package io.apexproxy.config.etcd;
