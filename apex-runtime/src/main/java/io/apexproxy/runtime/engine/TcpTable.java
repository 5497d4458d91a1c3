package io.apexproxy.runtime.engine;
/** placeholder. */
public final class TcpTable { private TcpTable() { } }
