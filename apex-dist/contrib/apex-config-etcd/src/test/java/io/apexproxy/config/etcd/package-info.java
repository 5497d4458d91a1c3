/**
 * Tests against a real etcd, which {@code EtcdServer} starts on loopback; they are skipped where none is installed.
 * {@code CutOff} is the wire that fails, {@code Certificates} the authority of an etcd that asks for certificates,
 * {@code Observed} keeps what an observer is told. Documents and settings are tested without etcd.
 */
package io.apexproxy.config.etcd;
