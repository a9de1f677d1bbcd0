-- What for: decision records are several kilobytes each, and LZ4 takes a fifth of the time of PostgreSQL's own
-- compression. A server that was built without it keeps its own.
DO $$
    BEGIN
        ALTER TABLE public.lead_assignment_logs
            ALTER COLUMN candidates SET COMPRESSION lz4,
            ALTER COLUMN policy SET COMPRESSION lz4;
    EXCEPTION
        WHEN feature_not_supported THEN
            NULL;
    END;
$$;
