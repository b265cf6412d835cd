import type { ComponentType } from 'react'
import { NavLink, Outlet } from 'react-router'
import classes from '@/components/section-frame.module.css'

interface Section {
  to: string
  label: string
  icon: ComponentType<{ size: number; stroke: number; 'aria-hidden': true }>
  /** Not current on the pages below it. */
  end?: boolean
}

/** Pages that belong together, with the way from one to the other: beside them, or above them on a phone. */
export function SectionFrame({ label, sections }: { label: string; sections: readonly Section[] }) {
  return (
    <div className={classes.frame}>
      <nav aria-label={label} className={classes.nav}>
        <ul className={classes.list}>
          {sections.map(({ to, label: name, icon: Icon, end = false }) => (
            <li key={to}>
              <NavLink to={to} end={end} className={classes.link}>
                <Icon size={20} stroke={1.8} aria-hidden />
                {name}
              </NavLink>
            </li>
          ))}
        </ul>
      </nav>
      <div className={classes.content}>
        <Outlet />
      </div>
    </div>
  )
}
