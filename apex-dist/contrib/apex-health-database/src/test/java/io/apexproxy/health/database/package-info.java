/**
 * Tests of probes of database servers. The tables of the exchanges have messages of real servers. The tests of the
 * checks probe scripted servers and include the contract of health checks.
 */
package io.apexproxy.health.database;
